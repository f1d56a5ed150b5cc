using System.Diagnostics;
using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>
/// Clients that wait at a gateway process: what they take while nothing happens, and how soon they learn that their task has ended. The
/// servers hold back every reply, and each task is ended by a cancel.
/// </summary>
internal static class WaiterBenchmark
{
    private const int MaxMegabytes = 15;
    private const int MaxPercentOfCore = 5;
    private const int MaxWakeUpMilliseconds = 10;
    private const int MaxEventMilliseconds = 250;
    private const double CancelsPerSecond = 100;

    /// <summary>Below the longest timeout of a detect, so that the servers stay up.</summary>
    private const int ReplyDelayMilliseconds = 5500;

    /// <summary>The number of requests in flight to one server; the others are queued.</summary>
    private const int InFlight = 64;

    /// <summary>How long sent requests take at most to reach their grains.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(0.5);

    public static async Task RunAsync(SuiteRun run)
    {
        var (waiters, watchers) = run.Options.IsQuick ? (500, 100) : (5000, 1000);
        var network = await run.Stack.StartNetworkAsync($"all=delay:{ReplyDelayMilliseconds}ms");
        var redis = await run.Stack.StartRedisAsync();
        var silo = await run.Stack.StartSiloAsync(
            redis,
            [
                .. network.Servers.SelectMany((server, raida) => (string[])[$"--Raida:Servers:{raida}", server]),
                "--Raida:DetectDeadline", "00:00:06",

                // Otherwise a silo that gets no processor for a second rejects calls.
                "--Cluster:ProbeTimeout", "00:00:10",
                "--Tasks:MaxRunning", "100000",
                "--Tasks:MaxLateness", "00:01:00",
            ]);
        var gateway = await run.Stack.StartGatewayAsync(redis);
        var start = await TaskStarts.DetectAsync(coins: 1);

        // Later tasks are queued behind these, and do not end while they are measured. They are spread over the delay, so that their replies are.
        for (var i = 0; i < InFlight; i++)
        {
            await WaitingClients.StartTasksAsync(gateway.Port, 1, start);
            await Task.Delay(ReplyDelayMilliseconds / InFlight);
        }

        await QueueTasksAsync(run.Options.IsQuick ? 20 : 60);
        await WakeAsync(gateway, waiters / 5, waiters / 10, start);
        await MeasureWakeUpAsync(run, gateway, waiters, start);
        await QueueTasksAsync(run.Options.IsQuick ? 20 : 120);

        // Another gateway: this one has memory that it would use again.
        await run.Stack.EndAsync(gateway);
        gateway = await run.Stack.StartGatewayAsync(redis);
        await WakeAsync(gateway, waiters / 5, waiters / 10, start);
        await MeasureWaitersAsync(run, gateway, waiters, start);
        await MeasureOneTaskAsync(run, gateway, waiters, start);
        await MeasureWatchersAsync(run, gateway, watchers, start);
        await run.Stack.EndAsync(gateway);
        await run.Stack.EndAsync(silo);
        await run.Stack.EndAsync(network);

        Task QueueTasksAsync(int seconds) =>
            WaitingClients.StartTasksAsync(gateway.Port, seconds * 1000 / ReplyDelayMilliseconds * InFlight, start);
    }

    /// <summary>
    /// Most clients share a few tasks: thousands of running tasks give the silo a heap of which one collection takes longer than a wake-up.
    /// </summary>
    private static async Task MeasureWakeUpAsync(SuiteRun run, WebServer gateway, int count, ReadOnlyMemory<byte> start)
    {
        using var clients = await WaitingClients.ConnectAsync(gateway.Port, count);
        var woken = await WaitingClients.StartTasksAsync(gateway.Port, count / 10, start);
        var shared = await WaitingClients.StartTasksAsync(gateway.Port, count / 100, start);
        var ends = clients.WaitForEnds([.. woken, .. Enumerable.Range(0, count - woken.Length).Select(i => shared[i % shared.Length])]);
        await Task.Delay(Settling);
        var responses = new Latencies();
        var sentAt = await clients.CancelAsync(woken, CancelsPerSecond / 2, responses);
        var latencies = await GetLatenciesAsync(ends, sentAt);
        if (clients.Rejections > 0)
        {
            run.Notes.Add($"wake-up of waiters: {clients.Rejections} cancels were rejected and retried");
        }

        Add(run, "waiters-wakeup", $"wake-up of {count:#,0} waiters, one at a time", latencies, responses, 99, MaxWakeUpMilliseconds);
    }

    private static async Task MeasureWaitersAsync(SuiteRun run, WebServer gateway, int count, ReadOnlyMemory<byte> start)
    {
        var idle = await CollectAsync();
        using var clients = await WaitingClients.ConnectAsync(gateway.Port, count);
        var ids = await WaitingClients.StartTasksAsync(gateway.Port, count, start);
        var connected = await CollectAsync();
        var cpuBefore = await MeasureProcessorAsync();
        clients.WaitForEnds(ids);
        var waiting = await CollectAsync();
        var cpu = await MeasureProcessorAsync();
        run.Add(new Figure(
            "waiters-memory",
            $"memory of a gateway with {count:#,0} waiters",
            $"{FigureText.Of(waiting)} MB",
            $"the same connections, idle: {FigureText.Of(connected)} MB; none: {FigureText.Of(idle)} MB",
            $"{waiting - connected:+0.0;-0.0} MB",
            $"under +{MaxMegabytes} MB",
            waiting - connected < MaxMegabytes));
        run.Add(new Figure(
            "waiters-cpu",
            $"processor time of a gateway with {count:#,0} waiters",
            $"{FigureText.Of(cpu)} % of a core",
            $"the same connections, idle: {FigureText.Of(cpuBefore)} %",
            $"{cpu - cpuBefore:+0.0;-0.0} %",
            $"under +{MaxPercentOfCore} %",
            cpu - cpuBefore < MaxPercentOfCore));

        Task<double> CollectAsync() => Collection.RunAsync(gateway.ProcessId, run.Options.IsQuick ? 1 : 4);

        async Task<double> MeasureProcessorAsync()
        {
            var (startedAt, before) = (Stopwatch.GetTimestamp(), ProcessTime.Get(gateway.ProcessId));
            await Task.Delay(TimeSpan.FromSeconds(run.Options.IsQuick ? 2 : 20));
            return (ProcessTime.Get(gateway.ProcessId) - before) / Stopwatch.GetElapsedTime(startedAt) * 100;
        }
    }

    /// <summary>Wakes many waiters at once; the last of them waits for all the others' responses.</summary>
    private static async Task MeasureOneTaskAsync(SuiteRun run, WebServer gateway, int count, ReadOnlyMemory<byte> start)
    {
        var (ends, responses) = await WakeAsync(gateway, count, tasks: 1, start);
        Add(run, "waiters-one-task", $"wake-up of {count:#,0} waiters for the same task", ends, responses, 99, target: null);
    }

    private static async Task MeasureWatchersAsync(SuiteRun run, WebServer gateway, int count, ReadOnlyMemory<byte> start)
    {
        using var clients = await WaitingClients.ConnectAsync(gateway.Port, count);
        var (latencies, responses) = (new Latencies(), new Latencies());
        for (var round = -1; round < run.Options.Rounds; round++)
        {
            var ids = await WaitingClients.StartTasksAsync(gateway.Port, 1, start);
            var ends = await clients.WatchAsync(ids[0]);
            await Task.Delay(Settling);
            var sentAt = await clients.CancelAsync(ids, CancelsPerSecond, round < 0 ? new Latencies() : responses);
            var received = await Task.WhenAll(ends);

            // The first round is the warm-up.
            foreach (var end in round < 0 ? [] : received)
            {
                latencies.Add(end - sentAt[0]);
            }
        }

        Add(run, "watchers", $"a change of a task to {count:#,0} watchers of its events", latencies, responses, 95, MaxEventMilliseconds);
    }

    private static async Task<(Latencies Ends, Latencies Responses)> WakeAsync(
        WebServer gateway,
        int count,
        int tasks,
        ReadOnlyMemory<byte> start)
    {
        using var clients = await WaitingClients.ConnectAsync(gateway.Port, count);
        var ids = await WaitingClients.StartTasksAsync(gateway.Port, tasks, start);
        var ends = clients.WaitForEnds(ids);
        await Task.Delay(Settling);
        var responses = new Latencies();
        var sentAt = await clients.CancelAsync(ids, CancelsPerSecond, responses);
        return (await GetLatenciesAsync(ends, sentAt), responses);
    }

    /// <summary>The times from the cancels to the responses of the clients that waited for those tasks.</summary>
    private static async Task<Latencies> GetLatenciesAsync(Task<long>[] ends, long[] sentAt)
    {
        var latencies = new Latencies();
        for (var i = 0; i < ends.Length && (i < sentAt.Length || sentAt.Length == 1); i++)
        {
            latencies.Add(await ends[i] - sentAt[i % sentAt.Length]);
        }

        return latencies;
    }

    private static void Add(SuiteRun run, string key, string work, Latencies latencies, Latencies responses, int percent, int? target)
    {
        var value = Latencies.GetPercentile([latencies], percent);
        run.Add(new Figure(
            key,
            $"{work}, p{percent}",
            $"{FigureText.Of(value)} ms, p50 {FigureText.Of(Latencies.GetPercentile([latencies], 50))} ms",
            $"the response to the cancel: p{percent} {FigureText.Of(Latencies.GetPercentile([responses], percent))} ms",
            $"{FigureText.Of(value)} ms",
            target is null ? "" : $"under {target} ms",
            target is null ? null : value < target));
    }
}
