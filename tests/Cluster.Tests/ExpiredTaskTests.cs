using System.Globalization;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Expired tasks leave nothing behind, in Redis or in the silos' memory.</summary>
public sealed class ExpiredTaskTests
{
    private const int Tasks = 20_000;

    /// <summary>A stored echo takes about 600 bytes of Redis' memory.</summary>
    private const int LeastBytesOfTask = 200;

    /// <summary>Redis' own buffers vary; the tasks held several times as much.</summary>
    private const long Slack = 1 << 20;

    /// <summary>Retention and collection, with a margin for a busy machine.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Seconds instead of a day.</summary>
    private static readonly string[] ShortLives =
    [
        "--Tasks:Retention", "00:00:20",
        "--Tasks:Deadline", "00:00:10",
        "--Tasks:CollectionAge", "00:00:05",
    ];

    /// <summary>Keys of the cluster itself: members, reminders, the readiness probe's, what silos agreed on, the secret, the list, and the eight shards of the index of running tasks.</summary>
    private static readonly string[] KeysOfNoTask =
    [
        "orleans-tasks/members/orleans-tasks",
        "orleans-tasks/reminders",
        "orleans-tasks/agreement/orleans-tasks",
        "orleans-tasks/state/storageprobe/0/probe",
        "orleans-tasks/state/storageprobe/0/indexprobe",
        "orleans-tasks/state/deploymentsecret/0/secret",
        "orleans-tasks/state/tasklist/all/list",
        .. Enumerable.Range(0, 8).Select(shard => $"orleans-tasks/state/runningtasks/{shard}/running"),
    ];

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Expired_tasks_leave_no_keys_memory_or_activations()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, ShortLives);
        await using var silos = await ClusterStatistics.ConnectAsync(cluster.RedisPort);
        using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.RedisPort},allowAdmin=true");
        var server = redis.GetServers().Single();
        var memoryBefore = await GetMemoryAsync(server);

        var ids = await TaskLoad.RunEchoesAsync(cluster.Clients[0], Tasks);
        var keys = await server.DatabaseSizeAsync();
        Assert.InRange(keys, KeysOfNoTask.Length + 100, Tasks + KeysOfNoTask.Length);
        Assert.InRange(await GetMemoryAsync(server), memoryBefore + (keys * LeastBytesOfTask), long.MaxValue);
        Assert.InRange(await silos.CountTasksAsync(), 100, Tasks);

        await TaskLoad.WaitUntilGoneAsync(cluster.Clients[0], ids, Timeout);
        await Eventually.ReadsAsync(
            () => Task.FromResult(server.Keys().Select(key => key.ToString()).Except(KeysOfNoTask).Count()),
            keysOfTasks => keysOfTasks == 0,
            "the keys of all tasks to be removed",
            Timeout);
        await Eventually.ReadsAsync(
            () => GetMemoryAsync(server),
            memory => memory < memoryBefore + Slack,
            $"Redis to use little more than the {memoryBefore} bytes from before the tasks",
            Timeout);
        await Eventually.ReadsAsync(
            silos.CountTasksAsync,
            activations => activations == 0,
            "the tasks to leave the silos' memory",
            Timeout);

        // The shards of the index remain, and are empty.
        foreach (var key in KeysOfNoTask.Where(key => key.Contains("/runningtasks/", StringComparison.Ordinal)))
        {
            Assert.InRange(await redis.GetDatabase().HashStringLengthAsync(key, "data"), 0, 64);
        }
    }

    private static async Task<long> GetMemoryAsync(IServer redis) => long.Parse(
        (await redis.InfoAsync("memory")).SelectMany(group => group).Single(entry => entry.Key == "used_memory").Value,
        CultureInfo.InvariantCulture);
}
