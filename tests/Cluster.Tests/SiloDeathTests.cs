using System.Diagnostics;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>What becomes of acknowledged tasks when the process that runs them is gone.</summary>
public sealed class SiloDeathTests
{
    private const int Tasks = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tasks_of_killed_silo_stay_readable_keep_their_progress_and_end()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 3, gateways: 1);
        var client = cluster.Clients[0];
        var ids = await StartSlowTasksAsync(cluster);
        var progress = new Dictionary<string, int>();
        foreach (var id in ids)
        {
            progress[id] = (await client.ReadAsync(id)).GetProperty("progress").GetInt32();
        }

        await cluster.Silos[0].KillAsync();
        SetDelay(cluster, TimeSpan.Zero);
        var slowest = TimeSpan.Zero;
        var watch = Stopwatch.StartNew();
        var running = ids.ToHashSet();
        while (running.Count > 0)
        {
            foreach (var id in running.ToArray())
            {
                var read = Stopwatch.StartNew();
                var task = await client.ReadAsync(id);
                slowest = read.Elapsed > slowest ? read.Elapsed : slowest;
                Assert.InRange(task.GetProperty("progress").GetInt32(), progress[id], 100);
                progress[id] = task.GetProperty("progress").GetInt32();
                if (task.GetProperty("status").GetString() == "completed")
                {
                    Assert.Equal(25, task.GetProperty("data").GetProperty("online").GetInt32());
                    running.Remove(id);
                }
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{running.Count} tasks still run a minute after the kill.");
        }

        // 5 s by design, and what a busy machine adds.
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(6.5));
    }

    [Fact]
    public async Task Tasks_of_killed_silo_end_within_90_seconds_without_being_read()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1);
        var ids = await StartSlowTasksAsync(cluster);
        await cluster.Silos[0].KillAsync();
        SetDelay(cluster, TimeSpan.Zero);
        var killedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        // Nobody reads: a stopwatch is all that may be looked at meanwhile.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(90));
        await timer.WaitForNextTickAsync(Token);

        foreach (var id in ids)
        {
            var task = await cluster.Clients[0].ReadAsync(id);
            Assert.Equal("completed", task.GetProperty("status").GetString());
            Assert.InRange(task.GetProperty("finished").GetInt64(), 0, killedAt + 90);
        }
    }

    [Fact]
    public async Task Silo_stopped_by_SIGTERM_loses_no_task()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1);
        var ids = await StartSlowTasksAsync(cluster);
        await cluster.Silos[0].SignalAsync("TERM");
        var exit = cluster.Silos[0].WaitForExitAsync();

        foreach (var id in ids)
        {
            Assert.Equal("completed", (await cluster.Clients[0].ReadToEndAsync(id)).GetProperty("status").GetString());
        }

        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task Hundred_starts_with_same_key_through_two_gateways_create_one_task()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 2);

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.Clients[i % 2].StartEchoAsync("same-key")));

        Assert.Single(ids.Distinct());
        await cluster.Clients[0].ReadToEndAsync(ids[0]);
        Assert.All(cluster.Network.Agents, agent => Assert.Equal(1, agent.Counters.UdpRequests));
    }

    private static void SetDelay(TaskCluster cluster, TimeSpan delay)
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = delay };
        }
    }

    /// <summary>Starts tasks that run for more than a second.</summary>
    private static async Task<string[]> StartSlowTasksAsync(TaskCluster cluster)
    {
        await cluster.Clients[0].ReadToEndAsync(await cluster.Clients[0].StartEchoAsync());
        SetDelay(cluster, TimeSpan.FromMilliseconds(1800));
        return await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => cluster.Clients[0].StartEchoAsync()));
    }
}
