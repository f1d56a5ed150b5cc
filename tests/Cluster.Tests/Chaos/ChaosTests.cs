using System.Globalization;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// The promises of the interface under faults drawn from a seed: see <see cref="FaultSchedule"/> for what goes wrong,
/// <see cref="LoadClient"/> for the load and <see cref="PromiseChecker"/> for what must hold all the same.
/// </summary>
public sealed class ChaosTests
{
    private const int LoadClients = 8;
    private const int DefaultRuns = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>CHAOS_RUNS seeds from CHAOS_SEED on; 4 from 1 on unless told.</summary>
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(GetSetting("CHAOS_SEED", 1), GetSetting("CHAOS_RUNS", DefaultRuns))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_promise_is_kept_under_the_faults_of_seed(int seed)
    {
        var schedule = FaultSchedule.Draw(seed);
        await using var cluster = await FaultyCluster.StartAsync(Token);
        var record = new RunRecord(new Purse(new Random(seed)));
        await RunAsync(seed, schedule, cluster, record);

        var broken = new PromiseChecker(record).Check();
        var summary = Summarize(seed, cluster, record);
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        await RunReport.AppendSummaryAsync(summary);
        var files = broken.Count > 0 || RunReport.IsConfigured ? await RunReport.WriteAsync(seed, schedule, cluster, record, broken) : "";
        if (broken.Count > 0)
        {
            Assert.Fail($"""
                Seed {seed}: {broken.Count} broken promises. Run it again with: ./test.sh chaos 1 {seed}
                {string.Join('\n', broken.Take(20))}
                {summary}
                The record and what the processes wrote: {files}
                """);
        }

        // A run in which nothing happened proves nothing.
        Assert.True(record.Exchanges.Count(exchange => exchange is { Kind: ExchangeKind.Start, Status: 202 }) > 50, summary);
        Assert.All([.. cluster.Gateways, cluster.Redis], process => Assert.InRange(process.Restarts, 0, 20));
        Assert.True(cluster.Silos.Sum(silo => silo.Restarts) >= 2, summary);
    }

    private static async Task RunAsync(int seed, Fault[] schedule, FaultyCluster cluster, RunRecord record)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var client = new RecordingClient(record, cluster.GatewayAddresses);
        var faults = new FaultRunner(cluster, record);
        faults.LiftAgentFaults();
        var watching = faults.WatchForStallsAsync(over.Token);
        var until = record.Now + FaultSchedule.Length;
        var load = Enumerable.Range(0, LoadClients).Select(number => new LoadClient(number, seed, record, client, until)).ToArray();
        await Task.WhenAll(load.Select(one => one.RunAsync(Token)).Append(faults.RunAsync(schedule, Token)));

        // All that was acknowledged and not seen to end, read when all is well again.
        await cluster.WaitUntilReadyAsync();
        var ids = record.Exchanges.Where(exchange => exchange is { Kind: ExchangeKind.Start, Status: 202 }).Select(start => start.TaskId!);
        await Parallel.ForEachAsync(
            ids.Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = LoadClients, CancellationToken = Token },
            async (id, token) => await new LoadClient(LoadClients, seed, record, client, until).ReadToEndAsync(id, token));
        await over.CancelAsync();
        await watching;
    }

    private static string Summarize(int seed, FaultyCluster cluster, RunRecord record)
    {
        var exchanges = record.Exchanges.ToArray();
        var tasks = exchanges.Where(exchange => exchange is { Kind: ExchangeKind.Start, Status: 202 }).Select(start => start.TaskId).Distinct();
        var unavailable = exchanges.Count(exchange => exchange.Status == 503);
        var unanswered = exchanges.Count(exchange => exchange.Status is null);
        var slowest = exchanges.Max(exchange => exchange.Answered - exchange.Sent).TotalSeconds;
        var restarts = string.Join(", ", cluster.All.Select(process => $"{process.Name} {process.Restarts}"));
        var stalls = record.Faults.Count(fault => fault.Kind == FaultKind.Stall);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {tasks.Count()} tasks, {exchanges.Length} requests, ")
            + string.Create(CultureInfo.InvariantCulture, $"{unavailable} answered 503, {unanswered} unanswered, slowest {slowest:0.0} s, ")
            + string.Create(CultureInfo.InvariantCulture, $"restarts: {restarts}; stalls: {stalls}; {record.Now.TotalSeconds:0} s");
    }

    private static int GetSetting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
