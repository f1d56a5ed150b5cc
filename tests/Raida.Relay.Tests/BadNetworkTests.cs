using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>The client and the local network with a bad network between them.</summary>
public sealed class BadNetworkTests
{
    // Enough coins for any two of a test's requests to one server to have different replies.
    private const int Coins = 8;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Duplicated_and_reordered_datagrams_change_no_verdict()
    {
        const int PerServer = 200;
        await using var network = await BadNetwork.StartAsync(Long);
        network.Relay.SetAll(new RelayConditions
        {
            DuplicatePercent = 30,
            ReorderPercent = 30,
            Jitter = TimeSpan.FromMilliseconds(30),
        });

        var verdicts = await network.DetectAsync(PerServer, Coins);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.Equal(verdicts.Count, network.Metrics.Answered);
        Assert.Equal(0, network.Metrics.Forged + network.Metrics.Malformed);

        // Three of ten were duplicated in each direction: the client discarded all but the first reply.
        await Eventually.HoldsAsync(
            () => network.Metrics.Unmatched == network.Relay.Back.Forwarded - verdicts.Count,
            "all replies but the first of each request are counted");
        Assert.True(network.Relay.ToServers.Duplicated > verdicts.Count / 5);
        Assert.True(network.Relay.Back.Duplicated > verdicts.Count / 5);
        Assert.True(network.Relay.ToServers.Reordered > verdicts.Count / 20);
        Assert.Equal(0, network.Relay.ToServers.Dropped + network.Relay.Back.Dropped);
    }

    [Fact]
    public async Task Verdicts_all_arrive_with_10_percent_loss_in_each_direction()
    {
        await using var network = await BadNetwork.StartAsync(Short);
        network.Relay.SetAll(new RelayConditions { LossPercent = 10 });

        var verdicts = await AskUntilAnsweredAsync(network, perServer: 50, rounds: 6);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(network.Relay.ToServers.Lost > 0 && network.Relay.Back.Lost > 0);
    }

    [Fact]
    public async Task Replies_after_the_timeout_do_not_count_for_later_requests()
    {
        const int PerServer = 60, OtherNumbers = (1 << Coins) - PerServer;
        var time = new FakeTimeProvider();
        await using var network = await BadNetwork.StartAsync(Long / 10, time: time);
        var relay = network.Relay;
        var delay = TimeSpan.FromSeconds(3);
        relay.SetAll(RelayConditions.None, new RelayConditions { Delay = delay });

        var early = await network.DetectAsync(PerServer, Coins);
        await Eventually.HoldsAsync(
            () => relay.Back.Received == network.Metrics.Sent,
            "every request has been answered, and the replies are in flight");
        Assert.All(early, verdict => Assert.True(verdict.IsUnanswered));
        Assert.Equal(0, relay.Back.Forwarded);
        var late = relay.Back.Received;

        // Now replies come without delay, and the replies to the requests that timed out come between them.
        relay.SetAll(RelayConditions.None);
        var arriving = Task.Run(() => time.Advance(delay), TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; network.Metrics.Unmatched < late; round++)
        {
            var verdicts = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida =>
                network.DetectOneAsync(Question.Create(raida, PerServer + (round % OtherNumbers), Coins))));
            Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
            Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.DefaultTimeout, "The late replies were not counted in time.");
        }

        await arriving;
        await Eventually.HoldsAsync(
            () => network.Metrics.Unmatched == relay.Back.Forwarded - network.Metrics.Answered,
            "every reply but the first to each answered request has been discarded");
        Assert.True(network.Metrics.Unmatched >= late);
        Assert.True(late >= early.Count, $"{late} replies were late, at least {early.Count} expected.");
    }

    /// <summary>
    /// The effect of UDP's checksum. Corruption that it does not detect is covered by <see cref="CorruptedDatagramTests"/>.
    /// </summary>
    [Fact]
    public async Task Corruption_that_the_checksum_detects_changes_no_verdict()
    {
        await using var network = await BadNetwork.StartAsync(Short);
        network.Relay.SetAll(new RelayConditions { CorruptPercent = 20, ChecksumFindsCorruption = true });

        var verdicts = await AskUntilAnsweredAsync(network, perServer: 100, rounds: 8);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(network.Relay.ToServers.Corrupted > verdicts.Count / 10);
        Assert.Equal(0, network.Metrics.Forged + network.Metrics.Malformed + network.Metrics.HeaderErrors);
    }

    private static async Task<IReadOnlyList<Verdict>> AskUntilAnsweredAsync(BadNetwork network, int perServer, int rounds)
    {
        var verdicts = await network.DetectAsync(perServer, Coins);
        for (var round = 1; round < rounds; round++)
        {
            verdicts = await Task.WhenAll(verdicts.Select(verdict => verdict.IsUnanswered
                ? network.DetectOneAsync(verdict.Question)
                : Task.FromResult(verdict)));
        }

        return verdicts;
    }
}
