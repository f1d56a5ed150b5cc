using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>The client and the local network with a bad network between them.</summary>
public sealed class BadNetworkTests
{
    // So many coins that any two of a test's requests to one server have different answers.
    private const int Coins = 8;

    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_request_gets_its_own_right_verdict_once_when_datagrams_come_twice_and_in_any_order()
    {
        const int PerServer = 200;
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(new RelayConditions
        {
            DuplicatePercent = 30,
            ReorderPercent = 30,
            Jitter = TimeSpan.FromMilliseconds(30),
        });

        var verdicts = await network.DetectAsync(PerServer, Coins, Patient);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.Equal(verdicts.Count, network.Sum(counters => counters.Answered));
        Assert.Equal(0, network.Sum(counters => counters.Forged + counters.Malformed));

        // Three of ten came twice, and that each way: whatever came once more was dropped.
        await Eventually.IsTrueAsync(
            () => network.Sum(counters => counters.Unmatched) == network.Relay.Back.Forwarded - verdicts.Count,
            "all answers but the first of each request are counted as such");
        Assert.True(network.Relay.ToServers.Duplicated > verdicts.Count / 5);
        Assert.True(network.Relay.Back.Duplicated > verdicts.Count / 5);
        Assert.True(network.Relay.ToServers.Reordered > verdicts.Count / 20);
        Assert.Equal(0, network.Relay.ToServers.Dropped + network.Relay.Back.Dropped);
    }

    [Fact]
    public async Task With_a_tenth_lost_each_way_every_verdict_comes_when_there_is_time_to_ask_again()
    {
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(new RelayConditions { LossPercent = 10 });

        var verdicts = await AskUntilAnsweredAsync(network, perServer: 50, rounds: 6);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(network.Relay.ToServers.Lost > 0 && network.Relay.Back.Lost > 0);
    }

    [Fact]
    public async Task Answers_later_than_the_deadline_are_attributed_to_no_later_request()
    {
        const int PerServer = 60, OtherNumbers = (1 << Coins) - PerServer;
        var time = new FakeTimeProvider();
        await using var network = await BadNetwork.StartAsync(time: time);
        var relay = network.Relay;
        var delay = TimeSpan.FromSeconds(3);
        relay.SetAll(RelayConditions.None, new RelayConditions { Delay = delay });

        var early = await network.DetectAsync(PerServer, Coins, TimeSpan.FromMilliseconds(200));
        await Eventually.IsTrueAsync(
            () => relay.Back.Received == network.Sum(counters => counters.Sent),
            "every request that was sent is answered, and the answers are on their way");
        Assert.All(early, verdict => Assert.Equal(ReplyOutcome.NoReply, verdict.Reply.Outcome));
        Assert.Equal(0, relay.Back.Forwarded);
        var late = relay.Back.Received;

        // From here on answers come at once, and those to the requests that were given up come in between.
        relay.SetAll(RelayConditions.None);
        var arriving = Task.Run(() => time.Advance(delay), TestContext.Current.CancellationToken);
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; network.Sum(counters => counters.Unmatched) < late; round++)
        {
            var verdicts = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida =>
                network.DetectOneAsync(Question.Create(raida, PerServer + (round % OtherNumbers), Coins), Patient)));
            Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
            Assert.True(Stopwatch.GetElapsedTime(started) < Patient, "Waited in vain for the late answers to be counted.");
        }

        await arriving;
        Assert.Equal(late, network.Sum(counters => counters.Unmatched));
        Assert.True(late >= early.Count, $"{late} answers were late, at least {early.Count} expected.");
    }

    /// <summary>
    /// What UDP's checksum does for the client. What it does not find is in <see cref="CorruptedDatagramTests"/>.
    /// </summary>
    [Fact]
    public async Task No_wrong_letter_is_reported_where_corrupted_datagrams_meet_a_checksum()
    {
        await using var network = await BadNetwork.StartAsync();
        network.Relay.SetAll(new RelayConditions { CorruptPercent = 20, ChecksumFindsCorruption = true });

        var verdicts = await AskUntilAnsweredAsync(network, perServer: 100, rounds: 8);

        Assert.All(verdicts, verdict => Assert.True(verdict.IsRight));
        Assert.True(network.Relay.ToServers.Corrupted > verdicts.Count / 10);
        Assert.Equal(0, network.Sum(counters => counters.Forged + counters.Malformed + counters.HeaderErrors));
    }

    private static async Task<IReadOnlyList<Verdict>> AskUntilAnsweredAsync(BadNetwork network, int perServer, int rounds)
    {
        var verdicts = await network.DetectAsync(perServer, Coins, TimeSpan.FromSeconds(1));
        for (var round = 1; round < rounds; round++)
        {
            verdicts = await Task.WhenAll(verdicts.Select(verdict => verdict.Reply.Outcome == ReplyOutcome.NoReply
                ? network.DetectOneAsync(verdict.Question, TimeSpan.FromSeconds(1))
                : Task.FromResult(verdict)));
        }

        return verdicts;
    }
}
