using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Raida.LocalNetwork;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Acknowledged tasks survive the process that runs them.</summary>
public sealed class SiloDeathTests
{
    private const int Tasks = 40;

    /// <summary>Much longer than the delay of the servers: on a busy machine, every server must answer in time.</summary>
    private static readonly string[] LongTimeout = ["--Raida:EchoDeadline", "00:00:05"];

    [Fact]
    public async Task Tasks_of_killed_silo_stay_readable_keep_their_progress_and_end()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 3, gateways: 1, [.. LongTimeout, "--Cluster:MissedProbes", "3"]);
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
        foreach (var id in ids)
        {
            var end = await Eventually.ReadsAsync(
                async () =>
                {
                    var read = Stopwatch.StartNew();
                    var task = await client.ReadAsync(id);
                    slowest = read.Elapsed > slowest ? read.Elapsed : slowest;
                    Assert.InRange(task.GetProperty("progress").GetInt32(), progress[id], 100);
                    progress[id] = task.GetProperty("progress").GetInt32();
                    return task;
                },
                task => task.GetProperty("status").GetString() == "completed",
                $"task {id} to complete after the kill");
            Assert.Equal(25, end.GetProperty("data").GetProperty("online").GetInt32());
        }

        // 5 s by design, and a margin for a busy machine.
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Waiting_reads_and_event_streams_outlive_a_killed_silo()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 3, gateways: 1, [.. LongTimeout, "--Cluster:MissedProbes", "3"]);
        using var http = new HttpClient { BaseAddress = cluster.Clients[0].Http.BaseAddress };
        var ids = await StartSlowTasksAsync(cluster);
        var streams = await Task.WhenAll(ids.Select(id =>
            http.GetAsync($"/api/v1/task/{id}/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken)));
        var waits = ids.Select(id => WaitAsync(http, id)).ToArray();
        var watches = streams.Select(stream => stream.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ToArray();

        await cluster.Silos[0].KillAsync();
        SetDelay(cluster, TimeSpan.Zero);

        Assert.All(await Task.WhenAll(waits), task => Assert.Contains("\"status\":\"completed\"", task, StringComparison.Ordinal));
        Assert.All(
            await Task.WhenAll(watches),
            events => Assert.Contains("\"status\":\"completed\"", events[events.LastIndexOf("data: ", StringComparison.Ordinal)..], StringComparison.Ordinal));
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Tasks_of_killed_silo_end_within_90_seconds_without_being_read()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, LongTimeout);
        using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.RedisPort}");
        var ids = await StartSlowTasksAsync(cluster);
        Assert.InRange(await CountInIndexAsync(redis, ids), 1, ids.Length);
        await cluster.Silos[0].KillAsync();
        SetDelay(cluster, TimeSpan.Zero);
        var killedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        // Reads the index in Redis, because reading a task would resume it.
        await Eventually.ReadsAsync(
            () => CountInIndexAsync(redis, ids),
            tasks => tasks == 0,
            "all tasks to leave the index of running tasks",
            TimeSpan.FromSeconds(90));

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
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, [.. LongTimeout, .. TaskCluster.Patience]);
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
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 2, [.. LongTimeout, .. TaskCluster.Patience]);

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.Clients[i % 2].StartEchoAsync("same-key")));

        Assert.Single(ids.Distinct());
        await cluster.Clients[0].ReadToEndAsync(ids[0]);

        // Not the agents' own counters, which count retransmissions too.
        var report = await cluster.Clients[0].Http.GetFromJsonAsync<JsonElement>("/api/v1/raida", TestContext.Current.CancellationToken);
        Assert.All(
            report.GetProperty("payload").GetProperty("nodes").EnumerateArray(),
            node => Assert.Equal(1, node.GetProperty("counts").GetProperty("answered").GetInt32()));
    }

    private static async Task<string> WaitAsync(HttpClient http, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/task/{id}");
        request.Headers.Add("Prefer", "wait=60");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<int> CountInIndexAsync(ConnectionMultiplexer redis, string[] ids)
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, 8).Select(shard =>
            redis.GetDatabase().HashGetAsync($"orleans-tasks/state/runningtasks/{shard}/running", "data")));
        return ids.Count(id => shards.Any(shard => ((byte[]?)shard).AsSpan().IndexOf(Guid.Parse(id).ToByteArray()) >= 0));
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
