using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>More concurrent work than may be in flight to a server: it is queued, and queueing is not a failure of the server.</summary>
public sealed class LoadTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await GrainCluster.StartAsync(echoTimeout: TimeSpan.FromSeconds(5));
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(200) };
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Concurrent_detects_grade_every_coin_correctly()
    {
        // 100 tasks of 16 datagrams to each server, of which 64 may be in flight from each of two silos: the last ones wait some seconds.
        const int Coins = 1000;
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, Coins));

        var tasks = await RunTasksAsync(100, coins);

        Assert.All(tasks, task => Assert.Equal(Coins * 1_000_000_000L, Assert.IsType<DetectResult>(task.Result).TotalAuthentic));
    }

    [Fact]
    public async Task Concurrent_echoes_reach_every_server()
    {
        var tasks = await RunTasksAsync(1000, new EchoInput());

        Assert.All(tasks, task => Assert.DoesNotContain(false, Assert.IsType<EchoResult>(task.Result).Answered));
    }

    /// <summary>Starts all tasks before any is read, 50 at a time, so that the load is on the servers and not on the silos.</summary>
    private async Task<IReadOnlyList<TaskSnapshot>> RunTasksAsync(int count, TaskInput input)
    {
        const int StartsAtOnce = 50;
        var started = new List<ITaskGrain>();
        while (started.Count < count)
        {
            started.AddRange(await Task.WhenAll(Enumerable.Range(0, StartsAtOnce).Select(_ => _cluster.StartTaskAsync(input))));
        }

        var ended = new List<TaskSnapshot>();
        foreach (var task in started)
        {
            ended.Add((await task.ReadToEndAsync())[^1]);
        }

        return ended;
    }
}
