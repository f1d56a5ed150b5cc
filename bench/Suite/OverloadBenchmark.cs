using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>
/// Five times the echo tasks that the service can take: what it refuses, how long what it takes needs, and how it is afterwards.
/// </summary>
internal static class OverloadBenchmark
{
    private const int AtOnce = 64;
    private const int Factor = 5;
    private const int Halves = 2;
    private const double MaxTimeRatio = 5;
    private const double MaxGrowth = 1.25;
    private const double MaxFirstMilliseconds = 1000;

    public static async Task RunAsync(SuiteRun run)
    {
        var silo = await run.Stack.StartEmbeddedAsync(inMemory: true);
        await TakeAsync(run.Options.WarmUpSeconds);
        var usual = await TakeAsync(run.Options.IsQuick ? 2 : 10);
        var idle = ProcessMemory.GetResident(silo.ProcessId);
        var reports = new LoadReport[Halves];
        var peaks = new double[Halves];
        for (var half = 0; half < Halves; half++)
        {
            ProcessMemory.ForgetPeak(silo.ProcessId);
            reports[half] = await run.Stack.Load.DoAsync(new LoadOrder
            {
                Kind = LoadKind.Overload,
                Port = silo.Port,
                Rate = Factor * usual.PerSecond,
                Seconds = run.Options.IsQuick ? 2.5 : 30,
            });
            peaks[half] = ProcessMemory.GetPeak(silo.ProcessId);
        }

        var after = await TakeAsync(run.Options.IsQuick ? 1 : 5);
        AddRefusals(run, reports, usual);
        AddTimes(run, reports, usual, after);
        run.Add(new Figure(
            "overload-memory",
            "memory under it: peak of the second half",
            $"{FigureText.Of(peaks[1])} MB",
            $"of the first half {FigureText.Of(peaks[0])} MB, before {FigureText.Of(idle)} MB",
            FigureText.Of(peaks[1] / peaks[0]),
            $"at most {MaxGrowth}",
            peaks[1] / peaks[0] <= MaxGrowth));
        await run.Stack.EndAsync(silo);

        Task<LoadReport> TakeAsync(double seconds) => run.Stack.Load.DoAsync(
            new LoadOrder { Kind = LoadKind.EchoTasks, Port = silo.Port, AtOnce = AtOnce, Seconds = seconds });
    }

    private static void AddRefusals(SuiteRun run, LoadReport[] reports, LoadReport usual)
    {
        double Sum(string name) => reports.Sum(report => report.More[name]);
        run.Add(new Figure(
            "overload-refusals",
            $"{Factor} times the echo tasks it can take: refused with 429 or 503",
            $"{FigureText.Of(Sum("refused"))}, {FigureText.Of(Sum("withoutRetryAfter"))} of them without Retry-After",
            $"offered {FigureText.Of(Factor * usual.PerSecond)} /s, taken {FigureText.Of(Spread.Of(reports.GetRates()).Median)} /s, "
            + $"not sent as 4,000 were on their way {FigureText.Of(Sum("unsent"))}",
            FigureText.Of(Sum("withoutRetryAfter")),
            "all with Retry-After",
            Sum("refused") > 0 && Sum("withoutRetryAfter") == 0));
    }

    private static void AddTimes(SuiteRun run, LoadReport[] reports, LoadReport usual, LoadReport after)
    {
        var ratio = Spread.Of(reports.Get(report => report.P50 / usual.P50));
        run.Add(new Figure(
            "overload-time",
            "time of what it took, p50",
            $"{Spread.Of(reports.Get(report => report.P50))} ms",
            $"usual (64 at a time) {FigureText.Of(usual.P50)} ms",
            ratio.ToString(),
            $"at most {MaxTimeRatio}",
            ratio.Median <= MaxTimeRatio));
        var first = Spread.Of(reports.Get(report => report.More["firstAfterMilliseconds"]));
        run.Add(new Figure(
            "overload-after",
            "afterwards: from the offer's end to that of a new task",
            $"{first} ms",
            $"then {FigureText.Of(after.PerSecond)} /s, before {FigureText.Of(usual.PerSecond)} /s",
            $"{first} ms",
            "under 1 s",
            first.Median < MaxFirstMilliseconds));
    }
}
