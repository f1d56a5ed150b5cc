using System.Diagnostics;
using OrleansTasks.Grains.Detect;
using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

/// <summary>12 of the 25 servers do what costs a detect the most time, and the other 13 reach the quorum.</summary>
public sealed class HostileServerTests : IAsyncLifetime
{
    private const int Hostile = 12;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private static readonly Dictionary<string, AgentFaults> Faults = new()
    {
        ["slow and wrong"] = new AgentFaults { Delay = TimeSpan.FromSeconds(2.8), WrongForAllCoins = true },
        ["slow with an error"] = new AgentFaults { Delay = TimeSpan.FromSeconds(1.4), ErrorStatus = ResponseStatus.UnknownCoin },
        ["slow and contradictory"] = new AgentFaults { Delay = TimeSpan.FromSeconds(2.2), Contradictory = true },
        ["forged errors"] = new AgentFaults
        {
            ErrorStatus = ResponseStatus.UnknownCoin,
            WrongSignature = true,
            DeafOverTcp = true,
            AnswerTwice = true,
        },
        ["slow forged errors"] = new AgentFaults
        {
            ErrorStatus = ResponseStatus.UnknownCoin,
            WrongSignature = true,
            Delay = TimeSpan.FromSeconds(2.5),
        },
        ["unresponsive"] = new AgentFaults { Deaf = true },
    };

    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync(silos: 1);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("slow and wrong")]
    [InlineData("slow with an error")]
    [InlineData("slow and contradictory")]
    [InlineData("forged errors")]
    [InlineData("slow forged errors")]
    [InlineData("unresponsive", "slow and contradictory", "forged errors", "slow with an error")]
    public async Task Detect_of_3_coins_ends_within_8_seconds(params string[] faults)
    {
        for (var raida = 0; raida < Hostile; raida++)
        {
            _cluster.Network.Agents[raida].Faults = Faults[faults[raida % faults.Length]];
        }

        for (var detect = 0; detect < (faults.Length > 1 ? 2 : 1); detect++)
        {
            using var ended = new CancellationTokenSource();
            var stalls = MeasureStallsAsync(ended.Token);
            var started = await _cluster.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 3)));
            var startedAt = Stopwatch.GetTimestamp();
            var task = (await started.ReadToEndAsync())[^1];

            var elapsed = Stopwatch.GetElapsedTime(startedAt);
            await ended.CancelAsync();

            Assert.InRange(elapsed - await stalls, TimeSpan.Zero, Limit);
            var result = Assert.IsType<DetectResult>(task.Result);
            Assert.All(Inputs.GetPownstrings(result), pownstring => Assert.Equal(new string('p', 25 - Hostile), pownstring[Hostile..]));
            Assert.Equal(result.TotalCoins, result.TotalCheckedCoins);
        }
    }

    /// <summary>The time in which this process did not run. It postpones timeouts, as that of a suspended process.</summary>
    private static async Task<TimeSpan> MeasureStallsAsync(CancellationToken ended)
    {
        var interval = TimeSpan.FromMilliseconds(50);
        var stalls = TimeSpan.Zero;
        while (!ended.IsCancellationRequested)
        {
            var startedAt = Stopwatch.GetTimestamp();
            await Task.Delay(interval, CancellationToken.None);
            var late = Stopwatch.GetElapsedTime(startedAt) - interval;
            stalls += late > 2 * interval ? late : TimeSpan.Zero;
        }

        return stalls;
    }
}
