using System.Diagnostics;
using System.Net;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>SIGTERM to silos and gateways.</summary>
public sealed class ShutdownTests
{
    /// <summary>What docker compose grants a silo, and a gateway.</summary>
    private static readonly TimeSpan SiloStopPeriod = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan GatewayStopPeriod = TimeSpan.FromSeconds(35);

    /// <summary>Servers that are slow are waited for.</summary>
    private static readonly string[] SlowSettings = ["--Raida:EchoDeadline", "00:00:05", "--Raida:DetectDeadline", "00:00:06", .. TaskCluster.Patience];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact, Trait(Scale.Run, Scale.Full)]
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
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 0, SlowSettings);
        using var client = new TaskClient(cluster.SiloAddresses[0]);
        var id = await StartSlowTaskAsync(cluster, client);

        await cluster.Silos[0].SignalAsync("TERM");
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        var sentAt = Stopwatch.GetTimestamp();
        using var start = await client.Http.PostAsync("/api/v1/echo", content: null, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, start.StatusCode);
        Assert.NotNull(start.Headers.RetryAfter);
        Assert.InRange(Stopwatch.GetElapsedTime(sentAt), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.Equal("running", (await client.ReadAsync(id)).GetProperty("status").GetString());
        await CancelAsync(client, id);
        Assert.Equal(0, await cluster.Silos[0].WaitForExitAsync());
    }

    [Fact]
    public async Task Stopping_silo_passes_starts_to_another_one()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 0, SlowSettings);
        using var client = new TaskClient(cluster.SiloAddresses[0]);
        var slow = await StartSlowTaskAsync(cluster, client);
        await cluster.StartSiloAsync();
        using var other = new TaskClient(cluster.SiloAddresses[1]);

        await cluster.Silos[0].SignalAsync("TERM");
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.StartEchoAsync()));
        await CancelAsync(other, slow);

        Assert.Equal(0, await cluster.Silos[0].WaitForExitAsync());
        var tasks = await Task.WhenAll(ids.Select(other.ReadToEndAsync));
        Assert.All(tasks, task => Assert.Equal("completed", task.GetProperty("status").GetString()));
    }

    /// <summary>Starts a task that runs for half a minute unless it is cancelled: 5 rounds of 2,048 coins, with two replies of 3 s each.</summary>
    private static Task<string> StartSlowTaskAsync(TaskCluster cluster, TaskClient client)
    {
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(3), WrongForAllCoins = true };
        }

        return client.StartDetectAsync(GeneratedCoins.Create(new Denomination(1), firstSerialNumber: 1, 10_000));
    }

    private static async Task CancelAsync(TaskClient client, string id)
    {
        using var response = await client.Http.PostAsync($"/api/v1/task/{id}/cancel", content: null, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<TimeSpan> StopAsync(ServiceProcess process)
    {
        var stoppedAt = Stopwatch.GetTimestamp();
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(stoppedAt);
    }
}
