using System.Net;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>A task whose record in Redis cannot be read.</summary>
public sealed class DamagedTaskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_of_damaged_task_returns_500_and_others_stay_readable()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 1, "--Tasks:CollectionAge", "00:00:02");
        var client = cluster.Clients[0];
        await using var silos = await ClusterStatistics.ConnectAsync(cluster.RedisPort);
        using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.RedisPort}");
        var damaged = await client.StartEchoAsync();
        var whole = await client.StartEchoAsync();
        await client.ReadToEndAsync(damaged);
        await client.ReadToEndAsync(whole);
        await Eventually.ReadsAsync(silos.CountTasksAsync, activations => activations == 0, "the tasks to leave the silos' memory");
        var key = redis.GetServers().Single().Keys(pattern: $"*{Guid.Parse(damaged):N}*").Single();
        await redis.GetDatabase().HashSetAsync(key, "data", "not a word of it is a task");

        using var response = await client.Http.GetAsync($"/api/v1/task/{damaged}", Token);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("\"code\":\"internal\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await cluster.Silos[0].WaitForAsync(new Regex($"(What is stored of task {damaged} cannot be read)"));
        Assert.DoesNotContain("a word", cluster.Silos[0].Output, StringComparison.Ordinal);
        Assert.Equal("completed", (await client.ReadAsync(whole)).GetProperty("status").GetString());
    }
}
