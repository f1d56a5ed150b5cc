using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Detect tasks of 200 coins, 8 at a time, started, run and polled to the end, over files in memory and on a disk.</summary>
internal static class DetectBenchmark
{
    private const int AtOnce = 8;
    private const int Coins = 200;
    private const double CoinsPerSecond = 65_000;
    private const string Alone = "*raw*, a datagram a call";
    private const string Work = "detect tasks of 200 coins, 8 at a time";

    public static async Task RunAsync(SuiteRun run)
    {
        var plain = await run.Stack.StartPlainAsync();
        var inMemory = await run.Stack.StartEmbeddedAsync(inMemory: true);
        var inFiles = await run.Stack.StartEmbeddedAsync();
        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            Side(run.Stack.Raw, LoadKind.RawDetect, port: 0),
            Side(run.Stack.Load, LoadKind.DetectTasks, plain.Port),
            Side(run.Stack.Load, LoadKind.DetectTasks, inMemory.Port),
            Side(run.Stack.Load, LoadKind.DetectTasks, inFiles.Port));
        var rates = reports.Select(side => side.Get(report => report.PerSecond * Coins)).ToArray();
        var (raw, ofPlain, ofMemory, ofFiles) = (rates[0], rates[1], rates[2], rates[3]);
        run.Add(Figure.Compare(
            "detect",
            $"{Work}, files in memory",
            "coins/s",
            ofMemory,
            Alone,
            raw,
            "at least 0.55, and 65,000 coins/s",
            ratio => ratio >= 0.55 && Spread.Of(ofMemory).Median >= CoinsPerSecond));
        run.Add(Figure.Compare("detect-files", $"{Work}, files", "coins/s", ofFiles, Alone, raw));
        run.Add(Figure.Compare("detect-plain", $"{Work}, files in memory", "coins/s", ofMemory, "*plain*", ofPlain));
        run.Add(Figure.Compare("detect-plain-raw", $"{Work}: *plain* itself", "coins/s", ofPlain, Alone, raw));
        EchoBenchmark.AddImperfect(run, Work, reports);
        await run.Stack.EndAsync(plain);
        await run.Stack.EndAsync(inMemory);
        await run.Stack.EndAsync(inFiles);

        Func<bool, Task<LoadReport>> Side(WorkerProcess worker, LoadKind kind, int port) => isWarmUp => worker.DoAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            AtOnce = AtOnce,
            Coins = Coins,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }
}
