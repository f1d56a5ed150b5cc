using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Echo tasks, 64 in flight, polled until they have ended, with each kind of storage.</summary>
internal static class EchoBenchmark
{
    private const int Concurrency = 64;
    private const string Work = "echo tasks, 64 in flight";

    public static async Task RunAsync(SuiteRun run)
    {
        var plain = await run.Stack.StartPlainAsync();
        var inMemory = await run.Stack.StartEmbeddedAsync(inMemory: true);
        var unlimited = await run.Stack.StartEmbeddedAsync(inMemory: true, "--Tasks:MaxLateness", "00:01:00");
        var onDisk = await run.Stack.StartEmbeddedAsync();
        List<WebServer> servers = [plain, inMemory, unlimited, onDisk];
        if (Stack.HasRedis)
        {
            servers.Add(await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync()));
        }

        var sides = servers.Select(server => Side(run, run.Stack.Load, LoadKind.EchoTasks, server.Port));
        var reports = await Rounds.RunAsync(run.Options.Rounds, [Side(run, run.Stack.Raw, LoadKind.RawEcho, port: 0), .. sides]);
        var rates = reports.Select(side => side.GetRates()).ToArray();
        var (raw, plainRate, memoryRate, unlimitedRate, diskRate) = (rates[0], rates[1], rates[2], rates[3], rates[4]);
        run.Add(Figure.Compare("echo", $"{Work}, in memory", "/s", memoryRate, "*raw*", raw, "at least 0.8", ratio => ratio >= 0.8));
        run.Add(Figure.Compare(
            "echo-disk",
            $"{Work}, on disk",
            "/s",
            diskRate,
            "in memory",
            memoryRate,
            "at least 0.7",
            ratio => ratio >= 0.7));
        run.Add(Figure.Compare("echo-plain", $"{Work}, in memory", "/s", memoryRate, "*plain*", plainRate));
        run.Add(Figure.Compare(
            "echo-limit",
            $"{Work}, in memory",
            "/s",
            memoryRate,
            "without the adaptive limit",
            unlimitedRate,
            "at least 0.95",
            ratio => ratio >= 0.95));
        run.Add(Figure.Compare("plain-raw", $"{Work}: *plain* itself", "/s", plainRate, "*raw*", raw));
        if (rates.Length > 5)
        {
            run.Add(Figure.Compare(
                "echo-redis",
                $"{Work}, Redis (everysec)",
                "/s",
                rates[5],
                "in memory",
                memoryRate,
                "at least 0.7",
                ratio => ratio >= 0.7));
        }
        else
        {
            run.Notes.Add("echo tasks over Redis: redis-server is not installed");
        }

        AddNotes(run, Work, reports);
        foreach (var server in servers)
        {
            await run.Stack.EndAsync(server);
        }
    }

    /// <summary>
    /// Notes tasks in which a server did not reply, and calls that were rejected: they take longer, and distort the comparison.
    /// </summary>
    public static void AddNotes(SuiteRun run, string work, LoadReport[][] reports)
    {
        var imperfect = reports.Sum(side => side.Sum(report => report.Imperfect));
        var all = reports.Sum(side => side.Sum(report => report.Count));
        if (imperfect > 0)
        {
            run.Notes.Add($"{work}: {imperfect} of {all}, baselines included, lacked a reply of a server");
        }

        if (reports.Sum(side => side.Sum(report => report.Rejections)) is var rejections and > 0)
        {
            run.Notes.Add($"{work}: {rejections} calls were rejected and retried");
        }
    }

    private static Func<bool, Task<LoadReport>> Side(SuiteRun run, WorkerProcess worker, LoadKind kind, int port) =>
        isWarmUp => worker.RunAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            Concurrency = Concurrency,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
}
