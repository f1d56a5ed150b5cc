using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>Detects of as many coins as a file can hold, one at a time, beside RaidaClient only.</summary>
internal static class LargestBenchmark
{
    private const int AllCoins = 65_535;
    private const int FewCoins = 10_000;
    private const double MaxMegabytes = 300;

    public static async Task RunAsync(SuiteRun run)
    {
        var coins = run.Options.IsQuick ? FewCoins : AllCoins;
        var silo = await run.Stack.StartEmbeddedAsync(inMemory: false, "--Tasks:MaxCoins", "65535");
        await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.OneTask, Port = silo.Port });
        var idle = ProcessMemory.GetResident(silo.ProcessId);
        await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.DetectTasks, Port = silo.Port, Coins = coins });
        var peakOfOne = ProcessMemory.GetPeak(silo.ProcessId) - idle;
        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            Side(run.Stack.Raw, LoadKind.RawDetect),
            Side(run.Stack.Load, LoadKind.DetectTasks, silo.Port));
        var peakOfAll = ProcessMemory.GetPeak(silo.ProcessId) - idle;
        var rates = reports.Select(side => side.Get(report => report.PerSecond * coins)).ToArray();
        var work = $"one detect of {coins:#,0} coins";
        run.Add(Figure.Compare(
            "largest",
            work,
            "coins/s",
            rates[1],
            "*raw*, one datagram a call",
            rates[0],
            "at least 0.6",
            ratio => ratio >= 0.6));
        run.Add(new Figure(
            "largest-memory",
            $"{work}: peak memory above idle",
            $"{FigureText.Of(peakOfOne)} MB",
            $"idle {FigureText.Of(idle)} MB; {FigureText.Of(peakOfAll)} MB above idle after all rounds",
            $"{FigureText.Of(peakOfOne)} MB",
            "under 300 MB",
            peakOfOne < MaxMegabytes));
        EchoBenchmark.AddNotes(run, work, reports);
        await run.Stack.EndAsync(silo);

        Func<bool, Task<LoadReport>> Side(WorkerProcess worker, LoadKind kind, int port = 0) => isWarmUp => worker.RunAsync(new LoadOrder
        {
            Kind = kind,
            Port = port,
            Coins = coins,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }
}
