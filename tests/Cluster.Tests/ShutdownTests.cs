using System.Diagnostics;
using System.Net;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>SIGTERM to silos and gateways.</summary>
public sealed class ShutdownTests
{
    /// <summary>What docker compose grants a silo, and a gateway.</summary>
    private static readonly TimeSpan SiloStopPeriod = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan GatewayStopPeriod = TimeSpan.FromSeconds(35);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silo_and_gateway_without_Redis_end_within_their_stop_periods()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 1);
        await cluster.Clients[0].ReadToEndAsync(await cluster.Clients[0].StartEchoAsync());
        await cluster.Redis.KillAsync();

        var (silo, gateway) = (StopAsync(cluster.Silos[0]), StopAsync(cluster.Gateways[0]));

        Assert.InRange(await gateway, TimeSpan.Zero, GatewayStopPeriod);
        Assert.InRange(await silo, TimeSpan.Zero, SiloStopPeriod);
    }

    [Fact]
    public async Task Stopping_silo_answers_reads_until_its_tasks_have_ended_and_rejects_starts()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 0, "--Raida:EchoDeadline", "00:00:05");
        using var client = new TaskClient(cluster.SiloAddresses[0]);
        var id = await StartSlowTaskAsync(cluster, client);

        await cluster.Silos[0].SignalAsync("TERM");
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        var sentAt = Stopwatch.GetTimestamp();
        using var start = await client.Http.PostAsync("/api/v1/echo", content: null, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, start.StatusCode);
        Assert.NotNull(start.Headers.RetryAfter);
        Assert.InRange(Stopwatch.GetElapsedTime(sentAt), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal("running", (await client.ReadAsync(id)).GetProperty("status").GetString());
        Assert.Equal(0, await cluster.Silos[0].WaitForExitAsync());
    }

    [Fact]
    public async Task Stopping_silo_passes_starts_to_another_one()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 0, "--Raida:EchoDeadline", "00:00:05");
        using var client = new TaskClient(cluster.SiloAddresses[0]);
        using var other = new TaskClient(cluster.SiloAddresses[1]);
        string[] slow = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartSlowTaskAsync(cluster, client)))];

        await cluster.Silos[0].SignalAsync("TERM");
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        string[] ids = [.. slow, .. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.StartEchoAsync()))];

        Assert.Equal(0, await cluster.Silos[0].WaitForExitAsync());
        var tasks = await Task.WhenAll(ids.Select(other.ReadToEndAsync));
        Assert.All(tasks, task => Assert.Equal("completed", task.GetProperty("status").GetString()));
    }

    /// <summary>Starts a task that runs for 4 s.</summary>
    private static async Task<string> StartSlowTaskAsync(TaskCluster cluster, TaskClient client)
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(4) };
        }

        return await client.StartEchoAsync();
    }

    private static async Task<TimeSpan> StopAsync(ServiceProcess process)
    {
        var stoppedAt = Stopwatch.GetTimestamp();
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(stoppedAt);
    }
}
