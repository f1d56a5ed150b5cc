using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Detects of as many coins as a file can hold, one at a time, with tasks kept in memory and on disk.</summary>
internal static class LargestBenchmark
{
    private const int AllCoins = 65_535;
    private const int FewCoins = 10_000;
    private const double MaxMegabytes = 300;
    private const string Raw = "*raw*, one datagram a call";

    public static async Task RunAsync(SuiteRun run)
    {
        var coins = run.Options.IsQuick ? FewCoins : AllCoins;
        var onDisk = await run.Stack.StartEmbeddedAsync(inMemory: false, "--Tasks:MaxCoins", "65535");
        await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.OneTask, Port = onDisk.Port });
        var idle = ProcessMemory.GetResident(onDisk.ProcessId);
        await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.DetectTasks, Port = onDisk.Port, Coins = coins });
        var peakOfOne = ProcessMemory.GetPeak(onDisk.ProcessId) - idle;
        var inMemory = await run.Stack.StartEmbeddedAsync(inMemory: true, "--Tasks:MaxCoins", "65535");
        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            Side(run.Stack.Raw, LoadKind.RawDetect),
            Side(run.Stack.Load, LoadKind.DetectTasks, inMemory.Port),
            Side(run.Stack.Load, LoadKind.DetectTasks, onDisk.Port));
        var peakOfAll = ProcessMemory.GetPeak(onDisk.ProcessId) - idle;
        var rates = reports.Select(side => side.Get(report => report.PerSecond * coins)).ToArray();
        var (raw, ofMemory, ofDisk) = (rates[0], rates[1], rates[2]);
        var work = $"one detect of {coins:#,0} coins";
        run.Add(Figure.Compare("largest", $"{work}, in memory", "coins/s", ofMemory, Raw, raw, "at least 0.6", ratio => ratio >= 0.6));
        run.Add(Figure.Compare("largest-disk", $"{work}, on disk", "coins/s", ofDisk, Raw, raw));
        run.Add(new Figure(
            "largest-memory",
            $"{work}, on disk: peak memory above idle",
            $"{FigureText.Of(peakOfOne)} MB",
            $"idle {FigureText.Of(idle)} MB; {FigureText.Of(peakOfAll)} MB above idle after all rounds",
            $"{FigureText.Of(peakOfOne)} MB",
            "under 300 MB",
            peakOfOne < MaxMegabytes));
        EchoBenchmark.AddNotes(run, work, reports);
        await run.Stack.EndAsync(inMemory);
        await run.Stack.EndAsync(onDisk);

        Func<bool, Task<LoadReport>> Side(WorkerProcess worker, LoadKind kind, int port = 0) => isWarmUp => worker.RunAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            Coins = coins,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }
}
