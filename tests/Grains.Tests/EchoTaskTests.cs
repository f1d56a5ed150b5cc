using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

public sealed class EchoTaskTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await GrainCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Echo_of_25_healthy_servers_finds_all_online()
    {
        var task = await _cluster.RunTaskAsync(new EchoInput());

        var result = Assert.IsType<EchoResult>(task.Result);
        Assert.Equal(Enumerable.Repeat(true, RaidaNetwork.NodeCount), result.Answered);
        Assert.All(result.LatencyMilliseconds, latency => Assert.InRange(latency, 0, 60_000));
        Assert.Equal((TaskState.Completed, 100, "Command Completed"), (task.State, task.Progress, task.Message));
        Assert.InRange(task.Finished!.Value, task.Started, task.Started + 60);
    }

    [Fact]
    public async Task Servers_that_are_down_unresponsive_or_report_an_error_are_not_online()
    {
        await _cluster.Network.Agents[3].SetDownAsync(true, TestContext.Current.CancellationToken);
        _cluster.Network.Agents[11].Faults = new AgentFaults { Deaf = true };
        _cluster.Network.Agents[24].Faults = new AgentFaults { ErrorStatus = ResponseStatus.InternalError };

        var task = await _cluster.RunTaskAsync(new EchoInput());

        var result = Assert.IsType<EchoResult>(task.Result);
        int[] offline = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Where(raida => !result.Answered[raida])];
        Assert.Equal([3, 11, 24], offline);
        Assert.InRange(result.LatencyMilliseconds[11], 2000, int.MaxValue);
        Assert.InRange(result.LatencyMilliseconds[3], 0, 1999);
    }

    [Fact]
    public async Task Echo_without_any_reply_completes_with_no_server_online()
    {
        foreach (var agent in _cluster.Network.Agents)
        {
            await agent.SetDownAsync(true, TestContext.Current.CancellationToken);
        }

        var task = await _cluster.RunTaskAsync(new EchoInput());

        Assert.Equal(TaskState.Completed, task.State);
        Assert.DoesNotContain(true, Assert.IsType<EchoResult>(task.Result).Answered);
    }

    [Fact]
    public async Task Requests_to_all_servers_are_in_flight_together()
    {
        await using var cluster = await GrainCluster.StartAsync(echoTimeout: TimeSpan.FromMinutes(5));
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Deaf = true };
        }

        var task = await cluster.StartTaskAsync(new EchoInput());

        // One request at a time would wait for the first server forever.
        await Eventually.HoldsAsync(
            () => cluster.Network.Agents.All(agent => agent.Counters.UdpRequests > 0),
            "a request to every server");
        Assert.Equal(0, (await task.Read())!.Progress);
        await task.Cancel();
    }

    [Fact]
    public async Task Progress_advances_with_each_reply_and_reaches_100_only_at_the_end()
    {
        foreach (var agent in _cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromMilliseconds(40 * (1 + agent.RaidaId)) };
        }

        var task = await _cluster.StartTaskAsync(new EchoInput());
        var seen = await task.ReadToEndAsync();

        Assert.Equal(seen.Select(snapshot => snapshot.Progress).Order(), seen.Select(snapshot => snapshot.Progress));
        Assert.All(seen.SkipLast(1), snapshot => Assert.InRange(snapshot.Progress, 0, 99));
        Assert.Equal(100, seen[^1].Progress);

        // With 25 replies 40 ms apart, a reader sees most of them, and one even on a busy machine.
        var messages = seen.Select(snapshot => snapshot.Message).SkipWhile(message => message == "Started").SkipLast(1).ToArray();
        Assert.InRange(messages.Length, 1, 25);
        Assert.All(messages, message => Assert.Matches(@"^Last received response was from RAIDA \d+ \(\d+ of 25\)$", message));
    }
}
