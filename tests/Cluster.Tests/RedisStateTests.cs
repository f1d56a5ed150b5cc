using System.Diagnostics;
using System.Net;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Every way in which Redis says "not now", by real commands on a real Redis.</summary>
public sealed class RedisStateTests
{
    /// <summary>The gateway retries reads and starts for 8 s; the last call may take 2.5 s.</summary>
    private static readonly TimeSpan MaxResponseTime = TimeSpan.FromSeconds(12);

    /// <summary>Less than StackExchange.Redis' period of a minute between checks whether Redis is a replica.</summary>
    private static readonly TimeSpan MaxRecoveryTime = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The first ones are those that an operator meets most often.</summary>
    public static TheoryData<string> States =>
    [
        .. ((string[])
        [
            "READONLY",
            "no connection",
            "no response",
            "READONLY, reconnected",
            "LOADING",
            "MASTERDOWN",
            "OOM",
            "MISCONF",
            "BUSY",
            "NOAUTH",
            "NOPERM",
        ]).Take(Scale.Choose(2, full: 11)),
    ];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Calls_return_503_with_Retry_After_and_recover(string state)
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 1, "--Tasks:CollectionAge", "00:00:02");
        var client = cluster.Clients[0];

        // So few that some shards of the index of running tasks are first used in the state, and some before it.
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.StartEchoAsync()));
        await Task.WhenAll(ids.Select(client.ReadToEndAsync));
        await using var redis = await ConnectAsync(cluster);
        await using var scripts = await ConnectAsync(cluster);
        await SetAsync(cluster, redis, scripts, state);

        var calls = await Task.WhenAll(
        [
            SendAsync(client, HttpMethod.Get, $"/api/v1/task/{ids[0]}"),
            SendAsync(client, HttpMethod.Get, $"/api/v1/task/{Guid.NewGuid()}"),
            SendAsync(client, HttpMethod.Post, $"/api/v1/task/{ids[1]}/cancel"),
            SendAsync(client, HttpMethod.Get, "/api/v1/raida"),
            SendAsync(client, HttpMethod.Get, "/health/ready"),

            // What writes fails in all states.
            SendAsync(client, HttpMethod.Delete, $"/api/v1/task/{ids[2]}"),
            .. Enumerable.Range(0, 16).Select(_ => SendAsync(client, HttpMethod.Post, "/api/v1/echo")),
        ]);

        Assert.All(calls, call =>
        {
            Assert.NotEqual(HttpStatusCode.InternalServerError, call.Status);
            Assert.Equal(call.Status == HttpStatusCode.ServiceUnavailable, call.HasRetryAfter);
            Assert.InRange(call.Duration, TimeSpan.Zero, MaxResponseTime);
        });
        Assert.All(calls[5..], call => Assert.Equal(HttpStatusCode.ServiceUnavailable, call.Status));

        await ResetAsync(cluster, redis, state);
        await Eventually.HoldsAsync(
            async () => (await SendAsync(client, HttpMethod.Post, "/api/v1/echo")).Status == HttpStatusCode.Accepted,
            $"starts to succeed after {state}",
            MaxRecoveryTime);
        await client.ReadToEndAsync(await client.StartEchoAsync());
        Assert.Equal("completed", (await client.ReadAsync(ids[3])).GetProperty("status").GetString());
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(TaskCluster cluster) => ConnectionMultiplexer.ConnectAsync(
        $"127.0.0.1:{cluster.RedisPort},allowAdmin=true,abortConnect=false");

    private static async Task SetAsync(TaskCluster cluster, ConnectionMultiplexer redis, ConnectionMultiplexer scripts, string state)
    {
        var server = redis.GetServers().Single();
        switch (state)
        {
            case "READONLY":
                await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
                break;
            case "READONLY, reconnected":
                await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
                await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                break;
            case "MASTERDOWN":
                await server.ConfigSetAsync("replica-serve-stale-data", "no");
                await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
                break;
            case "OOM":
                await server.ConfigSetAsync("maxmemory", "1");
                break;
            case "MISCONF":
                // A directory in which no snapshot can be written.
                await server.ConfigSetAsync("dir", "/proc");
                await server.ConfigSetAsync("save", "3600 1");
                await server.ExecuteAsync("BGSAVE");
                await Eventually.HoldsAsync(
                    async () => (await server.InfoRawAsync("persistence"))!.Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal),
                    "the snapshot to fail");
                break;
            case "BUSY":
                await server.ConfigSetAsync("busy-reply-threshold", "1");
                await scripts.GetServers().Single().ExecuteAsync("EVAL", ["while true do end", 0], CommandFlags.FireAndForget);
                break;
            case "NOAUTH":
                await server.ConfigSetAsync("requirepass", "5ecret");
                await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                break;
            case "NOPERM":
                await server.ExecuteAsync("ACL", "SETUSER", "default", "-@write", "-@scripting");
                break;
            case "LOADING":
                await cluster.Redis.KillAsync();
                cluster.StartRedis("--key-load-delay", "4000000", "--loading-process-events-interval-bytes", "1024");
                break;
            case "no connection":
                await cluster.Redis.KillAsync();
                break;
            case "no response":
                await cluster.Redis.SignalAsync("STOP");
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task ResetAsync(TaskCluster cluster, ConnectionMultiplexer redis, string state)
    {
        var server = redis.GetServers().Single();
        switch (state)
        {
            case "READONLY" or "READONLY, reconnected" or "MASTERDOWN":
                await server.ExecuteAsync("REPLICAOF", "NO", "ONE");
                break;
            case "OOM":
                await server.ConfigSetAsync("maxmemory", "0");
                break;
            case "MISCONF":
                await server.ConfigSetAsync("save", "");
                break;
            case "BUSY":
                await server.ExecuteAsync("SCRIPT", "KILL");
                break;
            case "NOAUTH":
                await server.ConfigSetAsync("requirepass", "");
                break;
            case "NOPERM":
                await server.ExecuteAsync("ACL", "SETUSER", "default", "+@all");
                break;
            case "LOADING":
                await cluster.Redis.KillAsync();
                cluster.StartRedis();
                break;
            case "no connection":
                cluster.StartRedis();
                break;
            case "no response":
                await cluster.Redis.SignalAsync("CONT");
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Call> SendAsync(TaskClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        var startedAt = Stopwatch.GetTimestamp();
        using var response = await client.Http.SendAsync(request, Token);
        return new Call(method, path, response.StatusCode, response.Headers.RetryAfter is not null, Stopwatch.GetElapsedTime(startedAt));
    }

    private sealed record Call(HttpMethod Method, string Path, HttpStatusCode Status, bool HasRetryAfter, TimeSpan Duration);
}
