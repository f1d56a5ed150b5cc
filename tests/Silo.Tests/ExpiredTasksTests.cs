using System.Net;
using System.Text.RegularExpressions;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

/// <summary>What remains of expired tasks in the database and in memory.</summary>
public sealed partial class ExpiredTasksTests : IDisposable
{
    private static readonly int Tasks = Scale.Choose(4_000, full: 20_000);

    /// <summary>Longer than everything that a test with these settings waits for, on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryDirectory _data = new();

    private StoredRecords Records => new(_data.Path);

    public void Dispose() => _data.Dispose();

    [Fact, Trait(Scale.Run, Scale.Full)]
    public async Task Expired_tasks_leave_neither_records_nor_activations_and_return_their_space()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        await using var silo = StartSilo(
            network,
            "--Orleans:Endpoints:GatewayPort", $"{FreePort.Get()}",
            "--Tasks:Retention", "00:00:20",
            "--Tasks:Deadline", "00:00:20",
            "--Tasks:CollectionAge", "00:00:10");
        using var client = new TaskClient(await silo.WaitForAddressAsync());
        await using var memory = await ConnectAsync(await silo.WaitForAsync(GatewayPortPattern()));

        var ids = await TaskLoad.RunEchoesAsync(client, Tasks);
        Assert.InRange(CountTasks(), 1000, Tasks);
        Assert.InRange(Records.Length, 1000 * 100, int.MaxValue);
        Assert.InRange(await memory.CountTasksAsync(), 100, Tasks);

        await TaskLoad.WaitUntilGoneAsync(client, ids, Patience);
        await Eventually.HoldsAsync(
            () => CountTasks() == 0 && Records.Length < 200_000,
            "the tasks to be removed and their space to be released",
            Patience);
        await Eventually.ReadsAsync(
            memory.CountTasksAsync,
            activations => activations == 0,
            "the tasks to leave the silo's memory",
            Patience);

        // The index of running tasks in its eight parts never expires. The list of tasks does, like its newest task.
        await Eventually.ReadsAsync(
            () => Task.FromResult(Records.Query<long>("SELECT count(*) FROM records")),
            records => records == 8,
            "all records but those of the index to be removed",
            Patience);
    }

    [Fact]
    public async Task Tasks_that_were_running_when_the_process_ended_days_ago_are_resumed()
    {
        await using var network = await LocalRaidaNetwork.StartAsync(new LocalNetworkOptions(), TestContext.Current.CancellationToken);
        foreach (var agent in network.Agents)
        {
            agent.Faults = new AgentFaults { Delay = TimeSpan.FromSeconds(1.5) };
        }

        string id;
        await using (var silo = StartSilo(network, "--Tasks:Retention", "01:00:00"))
        {
            using var client = new TaskClient(await silo.WaitForAddressAsync());
            id = await client.StartEchoAsync();
            await silo.KillAsync();
        }

        Assert.Equal(1, Records.Execute($"UPDATE records SET written = written - 3 * 24 * 60 * 60 WHERE {StoredRecords.OfTasks}"));
        await using var restarted = StartSilo(network, "--Tasks:Retention", "01:00:00");
        using var again = new TaskClient(await restarted.WaitForAddressAsync());

        Assert.Equal("completed", (await again.ReadToEndAsync(id)).GetProperty("status").GetString());
    }

    private static Task<SiloStatistics> ConnectAsync(string gateway) => SiloStatistics.ConnectAsync(
        new Dictionary<string, string?> { ["Orleans:ClusterId"] = "orleans-tasks", ["Orleans:ServiceId"] = "orleans-tasks" },
        client => client.UseStaticClustering(IPEndPoint.Parse(gateway)));

    private long CountTasks() => Records.Query<long>($"SELECT count(*) FROM records WHERE {StoredRecords.OfTasks}");

    private ServiceProcess StartSilo(LocalRaidaNetwork network, params string[] settings) => ServiceProcess.StartProgram("Silo",
    [
        "--urls", "http://127.0.0.1:0",
        "--Orleans:Endpoints:SiloPort", "0",
        "--Orleans:Endpoints:GatewayPort", "0",
        "--Tasks:DataDirectory", _data.Path,

        // What else the machine does must not decide which tasks are taken.
        "--Tasks:MaxLateness", "00:01:00",
        .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
        .. settings,
    ]);

    [GeneratedRegex(@"silo's gateway\s+(\S+)")]
    private static partial Regex GatewayPortPattern();
}
