using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Echo tasks, 64 at a time, started, run and polled to the end, over each storage there is.</summary>
internal static class EchoBenchmark
{
    private const int AtOnce = 64;
    private const string Work = "echo tasks, 64 at a time";

    public static async Task RunAsync(SuiteRun run)
    {
        var plain = await run.Stack.StartPlainAsync();
        var inMemory = await run.Stack.StartEmbeddedAsync(inMemory: true);
        var unlimited = await run.Stack.StartEmbeddedAsync(inMemory: true, "--Tasks:MaxLateness", "00:01:00");
        var inFiles = await run.Stack.StartEmbeddedAsync();
        List<WebServer> servers = [plain, inMemory, unlimited, inFiles];
        if (Stack.HasRedis)
        {
            servers.Add(await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync()));
        }

        var sides = servers.Select(server => Side(run, run.Stack.Load, LoadKind.EchoTasks, server.Port));
        var reports = await Rounds.RunAsync(run.Options.Rounds, [Side(run, run.Stack.Raw, LoadKind.RawEcho, port: 0), .. sides]);
        var rates = reports.Select(side => side.GetRates()).ToArray();
        var (raw, plainRate, memoryRate, unlimitedRate, fileRate) = (rates[0], rates[1], rates[2], rates[3], rates[4]);
        run.Add(Figure.Compare("echo", $"{Work}, files in memory", "/s", memoryRate, "*raw*", raw, "at least 0.5", ratio => ratio >= 0.5));
        run.Add(Figure.Compare("echo-files", $"{Work}, files", "/s", fileRate, "*raw*", raw));
        run.Add(Figure.Compare("echo-plain", $"{Work}, files in memory", "/s", memoryRate, "*plain*", plainRate));
        run.Add(Figure.Compare(
            "echo-limit",
            $"{Work}, files in memory",
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
                "files in memory",
                memoryRate,
                "at least 0.7",
                ratio => ratio >= 0.7));
        }
        else
        {
            run.Notes.Add("echo tasks over Redis: redis-server is missing");
        }

        AddImperfect(run, Work, reports);
        foreach (var server in servers)
        {
            await run.Stack.EndAsync(server);
        }
    }

    /// <summary>
    /// Tells of tasks in which a server did not answer, and of calls that were refused: they take longer, and are not what is to be
    /// compared.
    /// </summary>
    public static void AddImperfect(SuiteRun run, string work, LoadReport[][] reports)
    {
        var imperfect = reports.Sum(side => side.Sum(report => report.Imperfect));
        var all = reports.Sum(side => side.Sum(report => report.Count));
        if (imperfect > 0)
        {
            run.Notes.Add($"{work}: {imperfect} of {all}, baselines included, lacked an answer of a server");
        }

        if (reports.Sum(side => side.Sum(report => report.Refusals)) is var refusals and > 0)
        {
            run.Notes.Add($"{work}: {refusals} calls were refused and made again");
        }
    }

    private static Func<bool, Task<LoadReport>> Side(SuiteRun run, WorkerProcess worker, LoadKind kind, int port) =>
        isWarmUp => worker.DoAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            AtOnce = AtOnce,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
}
