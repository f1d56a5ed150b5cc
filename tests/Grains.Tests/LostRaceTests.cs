using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>Two activations of one task: the one whose write storage rejects stops, and returns what the other one stored.</summary>
public sealed class LostRaceTests : IAsyncLifetime
{
    /// <summary>The datagrams of one detect in flight to all servers.</summary>
    private const int Window = 25 * 32;

    private const int Coins = 40_000;

    private GrainCluster _loser = null!;
    private GrainCluster _winner = null!;

    private RecordingStorage Storage => _loser.Storage;

    public async ValueTask InitializeAsync()
    {
        _loser = await GrainCluster.StartAsync(echoTimeout: TimeSpan.FromMinutes(1));
        _winner = await GrainCluster.StartBesideAsync(_loser, echoTimeout: TimeSpan.FromMinutes(1));
        await _loser.ActivateIndexAsync();
        await _winner.ActivateIndexAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _winner.DisposeAsync();
        await _loser.DisposeAsync();
    }

    [Fact]
    public async Task Activation_overtaken_at_its_start_does_no_work()
    {
        var id = Guid.NewGuid();
        var gate = HoldWrites();
        var start = _loser.GetTask(id).Start(new EchoInput(), [1]);
        await Eventually.HoldsAsync(() => Storage.Waiting == 1, "the start to be written");
        Storage.Gate = Task.CompletedTask;
        await _winner.GetTask(id).Start(new EchoInput(), [1]);
        var end = (await _winner.GetTask(id).ReadToEndAsync())[^1];
        gate.SetResult();

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => start);

        AssertSame(end, await _loser.GetTask(id).Read());
        AssertSame(end, (await _loser.GetTask(id).Start(new EchoInput(), [1])).Task);
        Assert.Equal(RaidaNetwork.NodeCount, CountRequests());
        Assert.Equal(2, Storage.Writes);
        AssertLoggedOnce(id);
    }

    [Fact]
    public async Task Activation_overtaken_at_its_end_returns_the_stored_end()
    {
        SetDelay(TimeSpan.FromSeconds(4));
        var task = await _loser.StartTaskAsync(new EchoInput());
        var id = (await task.Read())!.Id;
        var gate = HoldWrites();
        await Eventually.HoldsAsync(() => Storage.Waiting == 1, "the end to be written");
        Storage.Gate = Task.CompletedTask;
        var end = (await _winner.GetTask(id).ReadToEndAsync())[^1];
        Assert.Equal(TaskState.Running, (await task.Read())!.State);
        gate.SetResult();

        var seen = await task.ReadToEndAsync();

        AssertSame(end, seen[^1]);
        Assert.Equal(seen.Select(snapshot => snapshot.Progress).Order(), seen.Select(snapshot => snapshot.Progress));
        await _loser.Silos.DeactivateAsync(task);
        AssertSame(end, await task.Read());
        Assert.Equal(2, Storage.Writes);
        AssertLoggedOnce(id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Overtaken_activation_stops_its_job_when_cancelled_or_deleted(bool delete)
    {
        SetDelay(TimeSpan.FromMilliseconds(900));
        var task = await _loser.StartTaskAsync(Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, Coins)));
        var id = (await task.Read())!.Id;
        var end = (await _winner.GetTask(id).Cancel()).Task!;
        var before = CountRequests();
        await Eventually.HoldsAsync(() => CountRequests() > before + Window, "the overtaken job to send another window of datagrams");

        if (delete)
        {
            await Assert.ThrowsAnyAsync<InconsistentStateException>(task.Delete);
        }
        else
        {
            await Assert.ThrowsAnyAsync<OrleansException>(task.Cancel);
        }

        // By the end of an echo, the datagrams in flight have arrived. During another one, a job that continues would send a further window.
        await _loser.RunTaskAsync(new EchoInput());
        var stopped = CountRequests();
        await _loser.RunTaskAsync(new EchoInput());
        Assert.InRange(CountRequests() - stopped, 0, Window / 2);
        Assert.Equal("Cancelled", end.Message);
        AssertSame(end, await task.Read());
        AssertSame(end, await _winner.GetTask(id).Read());
        AssertLoggedOnce(id);
    }

    private static void AssertSame(TaskSnapshot expected, TaskSnapshot? read)
    {
        Assert.Equivalent(expected with { Result = null }, read! with { Result = null }, strict: true);
        Assert.Equal((expected.Result as EchoResult)?.LatencyMilliseconds, (read.Result as EchoResult)?.LatencyMilliseconds);
    }

    private void AssertLoggedOnce(Guid id) => Assert.Equal(
        LogLevel.Warning,
        Assert.Single(_loser.Log.Entries, entry => entry.Message.Contains($"Another activation changed task {id}", StringComparison.Ordinal)).Level);

    private TaskCompletionSource HoldWrites()
    {
        var gate = new TaskCompletionSource();
        Storage.Gate = gate.Task;
        return gate;
    }

    private long CountRequests() => _loser.Network.Agents.Sum(agent => agent.Counters.UdpRequests);

    private void SetDelay(TimeSpan delay)
    {
        foreach (var agent in _loser.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
    }
}
