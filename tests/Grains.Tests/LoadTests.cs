using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Grains.Tests;

/// <summary>More work at once than may be on its way to a server: it waits, and nobody takes that for an answer.</summary>
public sealed class LoadTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await GrainCluster.StartAsync();
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(200) };
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Many_detects_at_once_grade_every_coin_right()
    {
        // 100 tasks of 18 datagrams, 64 of which may be on their way from each of two silos: the last wait some seconds.
        var coins = Inputs.Detect(GeneratedCoins.Create(new Denomination(1), 0, 1100));

        var tasks = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _cluster.RunTaskAsync(coins)));

        Assert.All(tasks, task => Assert.Equal(1100 * 1_000_000_000L, Assert.IsType<DetectResult>(task.Result).TotalAuthentic));
    }

    [Fact]
    public async Task Many_echoes_at_once_find_every_server()
    {
        var tasks = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => _cluster.RunTaskAsync(new EchoInput())));

        Assert.All(tasks, task => Assert.DoesNotContain(false, Assert.IsType<EchoResult>(task.Result).Answered));
    }
}
