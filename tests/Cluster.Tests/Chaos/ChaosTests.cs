using System.Globalization;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// The promises of the interface under faults drawn from a seed: <see cref="FaultSchedule"/> draws the faults, <see cref="LoadClient"/>
/// generates the load, and <see cref="PromiseChecker"/> checks what clients observed.
/// </summary>
public sealed class ChaosTests
{
    private const int LoadClients = 8;
    private const int MinAcknowledged = 50;
    private const int MaxRestarts = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>CHAOS_RUNS seeds, starting at CHAOS_SEED.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(GetSetting("CHAOS_SEED"), GetSetting("CHAOS_RUNS"))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_promise_holds_under_faults_of_seed(int seed)
    {
        var schedule = FaultSchedule.Draw(seed);
        await using var cluster = await FaultyCluster.StartAsync(Token);
        var record = new RunRecord(new Purse(new Random(seed)));
        await RunAsync(seed, schedule, cluster, record);

        // More restarts than faults would be a crash loop.
        string[] broken =
        [
            .. new PromiseChecker(record).Check(),
            .. cluster.All.Where(process => process.Restarts > MaxRestarts).Select(process => $"{process.Name} restarted {process.Restarts} times"),
        ];
        var summary = Summarize(seed, cluster, record);
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        await RunReport.AppendSummaryAsync(summary);
        var files = broken.Length > 0 || RunReport.IsConfigured ? await RunReport.WriteAsync(seed, schedule, cluster, record, broken) : "";
        if (broken.Length > 0)
        {
            Assert.Fail($"""
                Seed {seed}: {broken.Length} broken promises. To reproduce: ./test.sh chaos 1 {seed}
                {string.Join('\n', broken.Take(20))}
                {summary}
                Record and process output: {files}
                """);
        }
    }

    private static async Task RunAsync(int seed, Fault[] schedule, FaultyCluster cluster, RunRecord record)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var client = new RecordingClient(record, cluster.GatewayAddresses);
        var faults = new FaultRunner(cluster, record);
        faults.LiftAgentFaults();
        var watching = faults.WatchForStallsAsync(over.Token);
        using var loadIsOver = new CancellationTokenSource();
        var load = Enumerable.Range(0, LoadClients)
            .Select(number => new LoadClient(number, seed, record, client).RunAsync(loadIsOver.Token, Token))
            .ToArray();
        try
        {
            await RunScheduleAsync(schedule, faults, record);
        }
        finally
        {
            await loadIsOver.CancelAsync();
        }

        await Task.WhenAll(load);

        // With all faults over, every acknowledged task must be readable and end.
        await cluster.WaitUntilReadyAsync();
        await Parallel.ForEachAsync(
            record.Acknowledged.Select(start => start.TaskId!).Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = LoadClients, CancellationToken = Token },
            async (id, token) => await new LoadClient(LoadClients, seed, record, client).ReadToEndAsync(id, token));
        await over.CancelAsync();
        await watching;
    }

    /// <summary>Returns when every fault has occurred and enough tasks were acknowledged: a slow machine only takes longer.</summary>
    private static async Task RunScheduleAsync(Fault[] schedule, FaultRunner faults, RunRecord record)
    {
        var running = faults.RunAsync(schedule, Token);
        await Eventually.ReadsAsync(
            () => Task.FromResult((Faults: faults.Occurred, Acknowledged: record.Acknowledged.Count())),
            seen => running.IsFaulted || (seen.Faults == schedule.Length && seen.Acknowledged >= MinAcknowledged),
            $"{schedule.Length} faults to occur and {MinAcknowledged} tasks to be acknowledged",
            FaultSchedule.Limit);
        await running;
    }

    private static string Summarize(int seed, FaultyCluster cluster, RunRecord record)
    {
        var exchanges = record.Exchanges.ToArray();
        var tasks = record.Acknowledged.Select(start => start.TaskId).Distinct();
        var unavailable = exchanges.Count(exchange => exchange.Status == 503);
        var unanswered = exchanges.Count(exchange => exchange.Status is null);
        var slowest = exchanges.Max(exchange => exchange.Answered - exchange.Sent).TotalSeconds;
        var restarts = string.Join(", ", cluster.All.Select(process => $"{process.Name} {process.Restarts}"));
        var stalls = record.Faults.Count(fault => fault.Kind == FaultKind.Stall);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {tasks.Count()} tasks, {exchanges.Length} requests, ")
            + string.Create(CultureInfo.InvariantCulture, $"{unavailable} answered 503, {unanswered} unanswered, slowest {slowest:0.0} s, ")
            + string.Create(CultureInfo.InvariantCulture, $"restarts: {restarts}; stalls: {stalls}; {record.Now.TotalSeconds:0} s");
    }

    private static int GetSetting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
}
