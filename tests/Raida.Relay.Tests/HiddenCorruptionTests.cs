using System.Globalization;
using Raida.Client;
using Raida.Coins;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

/// <summary>
/// The client as it is used, where one bit is flipped in some of the datagrams each way and no checksum finds it. What a single exchange is
/// worth there is in <see cref="CorruptedDatagramTests"/>.
/// </summary>
public sealed class HiddenCorruptionTests
{
    private const int PerServerAtOnce = 160;

    private static readonly RequestTiming Timing = new(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(100));

    /// <summary>How many of 100 coins are authentic, in one request after the other.</summary>
    private static readonly int[] Shares = [100, 98, 50, 2];

    /// <summary>How many times as much is asked: more than once only by hand, for figures such as those in docs/architecture.md.</summary>
    private static int Times { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CORRUPTION_TIMES"), CultureInfo.InvariantCulture, out var times) ? times : 1;

    [Theory]
    [InlineData(1, 320, 20)]
    [InlineData(5, 640, 10)]
    [InlineData(20, 160, 4)]
    public async Task No_letter_is_wrong_however_often_a_bit_is_flipped_that_no_checksum_finds(int percent, int ones, int batches)
    {
        await using var network = await StartAsync(percent);

        var verdicts = (await AskAsync(network, Times * ones, coins: 1)).Concat(await AskAsync(network, Times * batches, coins: 64)).ToList();

        Assert.Equal((0, 0), (verdicts.Sum(verdict => verdict.WrongPasses), verdicts.Sum(verdict => verdict.WrongFails)));
        Assert.InRange(verdicts.Count(verdict => !verdict.IsRight), 0, verdicts.Count / 100);
        Assert.InRange(network.Relay.ToServers.Corrupted, verdicts.Count * percent / 150, long.MaxValue);
        Assert.InRange(network.Relay.Back.Corrupted, verdicts.Count * percent / 150, long.MaxValue);
    }

    private static async Task<BadNetwork> StartAsync(int percent)
    {
        var network = await BadNetwork.StartAsync(seed: percent, confirmsVerdicts: true);
        network.Relay.SetAll(new RelayConditions { CorruptPercent = percent });
        return network;
    }

    private static async Task<IReadOnlyList<Verdict>> AskAsync(BadNetwork network, int perServer, int coins)
    {
        var (answered, sent) = (network.Sum(counters => counters.Answered), network.Sum(counters => counters.Sent));
        var random = new Random(perServer);
        var verdicts = new List<Verdict>();
        foreach (var numbers in Enumerable.Range(0, perServer).Chunk(PerServerAtOnce))
        {
            var questions =
                from number in numbers
                from raida in Enumerable.Range(0, RaidaNetwork.NodeCount)
                let share = Shares[number % Shares.Length]
                select Question.Create(raida, number, [.. Enumerable.Range(0, coins).Select(_ => random.Next(100) < share)]);
            verdicts.AddRange(await Task.WhenAll(questions.Select(question => network.DetectOneAsync(question, Timing))));
        }

        var statuses = verdicts.SelectMany(verdict => verdict.Statuses).ToLookup(status => status);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{coins} coins, {verdicts.Count} detects, {verdicts.Count * coins} letters: "
            + $"{verdicts.Sum(verdict => verdict.WrongPasses)} wrong p, {verdicts.Sum(verdict => verdict.WrongFails)} wrong f, "
            + $"{statuses[CoinStatus.Error].Count()} e, {statuses[CoinStatus.NoReply].Count()} n, "
            + $"{(double)(network.Sum(counters => counters.Answered) - answered) / verdicts.Count:0.00} requests a detect, "
            + $"{(double)(network.Sum(counters => counters.Sent) - sent) / verdicts.Count:0.00} datagrams a detect");
        return verdicts;
    }
}
