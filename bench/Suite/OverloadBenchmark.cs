using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>
/// Offers five times the echo tasks that the service can complete: what it rejects, how long accepted tasks take, and how it recovers.
/// </summary>
internal static class OverloadBenchmark
{
    private const int Concurrency = 64;
    private const int Factor = 5;
    private const int Halves = 2;
    private const double MaxTimeRatio = 5;
    private const double MaxGrowth = 1.25;
    private const double MaxFirstMilliseconds = 1000;

    public static async Task RunAsync(SuiteRun run)
    {
        var silo = await run.Stack.StartEmbeddedAsync(inMemory: true);
        await RunUsualAsync(run.Options.WarmUpSeconds);
        var usual = await RunUsualAsync(run.Options.IsQuick ? 2 : 10);
        var idle = ProcessMemory.GetResident(silo.ProcessId);
        var reports = new LoadReport[Halves];
        var peaks = new double[Halves];
        for (var half = 0; half < Halves; half++)
        {
            ProcessMemory.ResetPeak(silo.ProcessId);
            reports[half] = await run.Stack.Load.RunAsync(new LoadOrder
            {
                Kind = LoadKind.Overload,
                Port = silo.Port,
                Rate = Factor * usual.PerSecond,
                Seconds = run.Options.IsQuick ? 2.5 : 30,
            });
            peaks[half] = ProcessMemory.GetPeak(silo.ProcessId);
        }

        var after = await RunUsualAsync(run.Options.IsQuick ? 1 : 5);
        AddRejections(run, reports, usual);
        AddTimes(run, reports, usual, after);
        run.Add(new Figure(
            "overload-memory",
            "peak memory, second half",
            $"{FigureText.Of(peaks[1])} MB",
            $"first half {FigureText.Of(peaks[0])} MB, idle {FigureText.Of(idle)} MB",
            FigureText.Of(peaks[1] / peaks[0]),
            $"at most {MaxGrowth}",
            peaks[1] / peaks[0] <= MaxGrowth));
        await run.Stack.EndAsync(silo);

        Task<LoadReport> RunUsualAsync(double seconds) => run.Stack.Load.RunAsync(
            new LoadOrder { Kind = LoadKind.EchoTasks, Port = silo.Port, Concurrency = Concurrency, Seconds = seconds });
    }

    private static void AddRejections(SuiteRun run, LoadReport[] reports, LoadReport usual)
    {
        double Sum(string name) => reports.Sum(report => report.More[name]);
        run.Add(new Figure(
            "overload-rejections",
            $"{Factor} times the capacity in echo tasks: rejected with 429 or 503",
            $"{FigureText.Of(Sum("rejected"))}, {FigureText.Of(Sum("withoutRetryAfter"))} of them without Retry-After",
            $"offered {FigureText.Of(Factor * usual.PerSecond)} /s, accepted {FigureText.Of(Spread.Of(reports.GetRates()).Median)} /s, "
            + $"not sent with 4,000 in flight {FigureText.Of(Sum("unsent"))}",
            FigureText.Of(Sum("withoutRetryAfter")),
            "all with Retry-After",
            Sum("rejected") > 0 && Sum("withoutRetryAfter") == 0));
    }

    private static void AddTimes(SuiteRun run, LoadReport[] reports, LoadReport usual, LoadReport after)
    {
        var ratio = Spread.Of(reports.Get(report => report.P50 / usual.P50));
        run.Add(new Figure(
            "overload-time",
            "time of accepted tasks, p50",
            $"{Spread.Of(reports.Get(report => report.P50))} ms",
            $"usual (64 in flight) {FigureText.Of(usual.P50)} ms",
            ratio.ToString(),
            $"at most {MaxTimeRatio}",
            ratio.Median <= MaxTimeRatio));
        var first = Spread.Of(reports.Get(report => report.More["firstAfterMilliseconds"]));
        run.Add(new Figure(
            "overload-after",
            "recovery: from the end of the overload to the end of a new task",
            $"{first} ms",
            $"{FigureText.Of(after.PerSecond)} /s afterwards, before {FigureText.Of(usual.PerSecond)} /s",
            $"{first} ms",
            "under 1 s",
            first.Median < MaxFirstMilliseconds));
    }
}
