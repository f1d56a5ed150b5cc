using System.Diagnostics;
using System.Net;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Starts through a fault of one silo of three.</summary>
public sealed class FaultySiloTests
{
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(5);

    /// <summary>From the fault on, until starts are as fast and as many as before.</summary>
    private static readonly TimeSpan MaxDisturbance = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(10);

    /// <summary>One more than the default: a busy machine may suspend a silo for 2 s.</summary>
    private static readonly string[] MissedProbes = ["--Cluster:MissedProbes", "3"];

    [Theory]
    [InlineData(false, Traits = [Scale.Run, Scale.Full])]
    [InlineData(true)]
    public async Task Silo_that_loses_Redis_leaves_and_starts_continue(bool isSilent)
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 2, MissedProbes);
        await using var relay = new RedisRelay(cluster.RedisPort);
        await cluster.StartSiloAsync("--Orleans:Clustering:ConnectionString", $"127.0.0.1:{relay.Port}");
        var load = new StartLoad(cluster.Clients);
        await load.PassAsync(Warmup);

        var cutAt = load.Now;
        await relay.CutAsync(isSilent);
        await load.PassAsync(MaxDisturbance + Observed);

        AssertContinued(await load.StopAsync(), cutAt, mayReject: true);
        Assert.Equal(1, await cluster.Silos[2].WaitForExitAsync());
        Assert.Contains("and another silo is not. Ending the process.", cluster.Silos[2].Output, StringComparison.Ordinal);
        Assert.All(cluster.Silos[..2], silo => Assert.False(silo.Exited.IsCompleted));
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Silos_wait_when_Redis_fails_for_all()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, MissedProbes);
        await cluster.Clients[0].ReadToEndAsync(await cluster.Clients[0].StartEchoAsync());
        await cluster.Redis.SignalAsync("STOP");
        await cluster.Clients[0].WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);

        // The length of the fault: longer than a silo that alone lost Redis would live.
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await cluster.Redis.SignalAsync("CONT");

        await cluster.Clients[0].WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        await cluster.Clients[0].ReadToEndAsync(await cluster.Clients[0].StartEchoAsync());
        Assert.All(cluster.Silos, silo => Assert.False(silo.Exited.IsCompleted));
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Only_silo_still_cut_off_after_a_Redis_outage_leaves()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, MissedProbes);
        await using var relay = new RedisRelay(cluster.RedisPort);
        await cluster.StartSiloAsync("--Orleans:Clustering:ConnectionString", $"127.0.0.1:{relay.Port}");
        await relay.CutAsync(isSilent: true);
        await cluster.Redis.SignalAsync("STOP");
        await Task.WhenAll(cluster.Silos.Select(silo => silo.WaitForAsync(new("(Cannot read the cluster's membership)"))));

        await cluster.Redis.SignalAsync("CONT");

        Assert.Equal(1, await cluster.Silos[2].WaitForExitAsync());
        await cluster.Clients[0].WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        Assert.All(cluster.Silos[..2], silo => Assert.False(silo.Exited.IsCompleted));
    }

    [Theory, Trait(Scale.Run, Scale.Full)]
    [InlineData(10)]
    [InlineData(45)]
    public async Task Hung_silo_fails_no_start_and_slows_few(int seconds)
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 3, gateways: 2, MissedProbes);
        var load = new StartLoad(cluster.Clients);
        await load.PassAsync(Warmup);

        var hungAt = load.Now;
        await cluster.Silos[2].SignalAsync("STOP");
        await load.PassAsync(TimeSpan.FromSeconds(seconds));
        await cluster.Silos[2].SignalAsync("CONT");
        await load.PassAsync(Observed);

        var starts = await load.StopAsync();
        AssertContinued(starts, hungAt, mayReject: false);
        Assert.InRange(starts.Count(start => start.Duration > TimeSpan.FromSeconds(5)), 0, starts.Length / 20);
        Assert.NotEqual(0, await cluster.Silos[2].WaitForExitAsync());
    }

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Silos_end_when_Redis_loses_the_membership_and_their_successors_serve()
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 2, gateways: 1, [.. TaskCluster.Patience]);
        await cluster.Clients[0].ReadToEndAsync(await cluster.Clients[0].StartEchoAsync());
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.RedisPort},allowAdmin=true");
        var lostAt = Stopwatch.GetTimestamp();
        await redis.GetServers().Single().FlushAllDatabasesAsync();

        // What a restart policy does. How long a silo takes to start depends on the machine.
        var ended = cluster.Silos.ToArray();
        Assert.All(await Task.WhenAll(ended.Select(silo => silo.WaitForExitAsync())), exitCode => Assert.Equal(1, exitCode));
        Assert.InRange(Stopwatch.GetElapsedTime(lostAt), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        foreach (var silo in ended)
        {
            Assert.Contains("no longer contains this silo. Ending the process.", silo.Output, StringComparison.Ordinal);
            await cluster.StartSiloAsync();
        }

        await cluster.Clients[0].WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        await cluster.Clients[0].StartEchoAsync();
    }

    /// <param name="mayReject">Whether starts may get 503 until the fault is over.</param>
    private static void AssertContinued(TimedStart[] starts, TimeSpan faultAt, bool mayReject)
    {
        var before = starts.Where(start => start.At < faultAt).ToArray();
        var after = starts.Where(start => start.At > faultAt + MaxDisturbance).ToArray();
        var perSecond = starts.GroupBy(start => (int)(start.At + start.Duration).TotalSeconds).OrderBy(group => group.Key)
            .Select(group => $"{group.Key}: {group.Count()}");
        var report = $"fault at {faultAt.TotalSeconds:0.0} s, slowest start {starts.Max(start => start.Duration).TotalSeconds:0.0} s, "
            + $"over 2 s {starts.Count(start => start.Duration > TimeSpan.FromSeconds(2))} of {starts.Length}; "
            + $"starts per second: {string.Join(", ", perSecond)}";
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.All(mayReject ? starts.Where(start => start.Status != HttpStatusCode.ServiceUnavailable) : starts, AssertAccepted);
        Assert.All(after, AssertAccepted);
        Assert.InRange(after.Count(start => start.Duration > TimeSpan.FromSeconds(2.5)), 0, after.Length / 20);
        var rateBefore = before.Length / faultAt.TotalSeconds;
        Assert.InRange(after.Length / (starts.Max(start => start.At) - faultAt - MaxDisturbance).TotalSeconds, rateBefore / 5, double.MaxValue);
    }

    private static void AssertAccepted(TimedStart start) => Assert.Equal(HttpStatusCode.Accepted, start.Status);
}
