using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Detect tasks of 200 coins, 8 in flight, polled until they have ended, with tasks kept in memory and on disk.</summary>
internal static class DetectBenchmark
{
    private const int Concurrency = 8;
    private const int Coins = 200;
    private const double CoinsPerSecond = 65_000;
    private const string Raw = "*raw*, one datagram a call";
    private const string Work = "detect tasks of 200 coins, 8 in flight";

    public static async Task RunAsync(SuiteRun run)
    {
        var plain = await run.Stack.StartPlainAsync();
        var inMemory = await run.Stack.StartEmbeddedAsync(inMemory: true);
        var onDisk = await run.Stack.StartEmbeddedAsync();
        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            Side(run.Stack.Raw, LoadKind.RawDetect, port: 0),
            Side(run.Stack.Load, LoadKind.DetectTasks, plain.Port),
            Side(run.Stack.Load, LoadKind.DetectTasks, inMemory.Port),
            Side(run.Stack.Load, LoadKind.DetectTasks, onDisk.Port));
        var rates = reports.Select(side => side.Get(report => report.PerSecond * Coins)).ToArray();
        var (raw, ofPlain, ofMemory, ofDisk) = (rates[0], rates[1], rates[2], rates[3]);
        run.Add(Figure.Compare(
            "detect",
            $"{Work}, in memory",
            "coins/s",
            ofMemory,
            Raw,
            raw,
            "at least 0.55, and 65,000 coins/s",
            ratio => ratio >= 0.55 && Spread.Of(ofMemory).Median >= CoinsPerSecond));
        run.Add(Figure.Compare("detect-disk", $"{Work}, on disk", "coins/s", ofDisk, Raw, raw));
        run.Add(Figure.Compare("detect-plain", $"{Work}, in memory", "coins/s", ofMemory, "*plain*", ofPlain));
        run.Add(Figure.Compare("detect-plain-raw", $"{Work}: *plain* itself", "coins/s", ofPlain, Raw, raw));
        EchoBenchmark.AddNotes(run, Work, reports);
        await run.Stack.EndAsync(plain);
        await run.Stack.EndAsync(inMemory);
        await run.Stack.EndAsync(onDisk);

        Func<bool, Task<LoadReport>> Side(WorkerProcess worker, LoadKind kind, int port) => isWarmUp => worker.RunAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            Concurrency = Concurrency,
            Coins = Coins,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }
}
