using System.Globalization;
using Raida.Coins;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>
/// The client with its default settings, while one bit is flipped in some of the datagrams in each direction and no checksum detects it. The
/// effect on a single exchange is covered by <see cref="CorruptedDatagramTests"/>. Known limitation: two successive replies may be damaged in
/// the same way, so that an authentic coin fails in about one of 100,000 detects.
/// </summary>
public sealed class HiddenCorruptionTests
{
    private const int Percent = 1;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>The percentage of authentic coins in successive requests.</summary>
    private static readonly int[] Shares = [100, 98, 50, 2];

    /// <summary>Multiplies the number of detects, to measure rates by hand.</summary>
    private static int Times { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CORRUPTION_TIMES"), CultureInfo.InvariantCulture, out var times) ? times : 1;

    [Theory]
    [InlineData(1, 160)]
    [InlineData(8, 160)]
    [InlineData(64, 40)]
    public async Task No_status_is_wrong_with_hidden_bit_flips_in_1_percent_of_the_datagrams(int coins, int perServer)
    {
        await using var network = await BadNetwork.StartAsync(Timeout, seed: coins, confirmsVerdicts: true);
        network.Relay.SetAll(new RelayConditions { CorruptPercent = Percent });

        var verdicts = await DetectAsync(network, Times * perServer, coins);

        // About one in 100,000 fails is wrong. Retransmissions on a busy machine change which datagrams are damaged.
        Assert.Equal(0, verdicts.Sum(verdict => verdict.WrongPasses));
        Assert.InRange(verdicts.Sum(verdict => verdict.WrongFails), 0, 1);
        Assert.InRange(verdicts.Count(verdict => !verdict.IsRight), 0, verdicts.Count / 100);
        Assert.InRange(network.Relay.ToServers.Corrupted, verdicts.Count * Percent / 200, long.MaxValue);
        Assert.InRange(network.Relay.Back.Corrupted, verdicts.Count * Percent / 200, long.MaxValue);
    }

    private static async Task<IReadOnlyList<Verdict>> DetectAsync(BadNetwork network, int perServer, int coins)
    {
        var random = new Random(perServer);
        var verdicts = new List<Verdict>();
        for (var number = 0; number < perServer; number++)
        {
            // One at a time to each server, so that the relay's seed decides which datagrams are damaged and runs are reproducible.
            var questions = Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => Question.Create(
                raida,
                number,
                [.. Enumerable.Range(0, coins).Select(_ => random.Next(100) < Shares[number % Shares.Length])])).ToArray();
            verdicts.AddRange(await Task.WhenAll(questions.Select(network.DetectOneAsync)));
        }

        var statuses = verdicts.SelectMany(verdict => verdict.Reply.Statuses).ToLookup(status => status);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{coins} coins, {verdicts.Count} detects: "
            + $"{verdicts.Sum(verdict => verdict.WrongPasses)} wrong p, {verdicts.Sum(verdict => verdict.WrongFails)} wrong f, "
            + $"{statuses[CoinStatus.Error].Count()} e, {statuses[CoinStatus.NoReply].Count()} n, "
            + $"{(double)network.Metrics.Answered / verdicts.Count:0.000} replies and "
            + $"{(double)network.Metrics.Sent / verdicts.Count:0.000} datagrams a detect");
        return verdicts;
    }
}
