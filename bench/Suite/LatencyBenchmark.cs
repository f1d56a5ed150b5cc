using Bench.Load;
using Bench.Results;

namespace Bench.Suite;

/// <summary>What a task adds to the time of its slowest server, at a rate that the service bears easily.</summary>
internal static class LatencyBenchmark
{
    private const double Rate = 100;

    public static async Task RunAsync(SuiteRun run)
    {
        var silo = await run.Stack.StartEmbeddedAsync();
        var seconds = run.Options.IsQuick ? 1.5 : 10;
        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            isWarmUp => run.Stack.Raw.DoAsync(new LoadOrder { Kind = LoadKind.PacedRawEcho, Rate = Rate, Seconds = seconds }),
            isWarmUp => run.Stack.Load.DoAsync(new LoadOrder
            {
                Kind = LoadKind.PacedEchoTasks,
                Port = silo.Port,
                Rate = Rate,
                Seconds = isWarmUp ? 2 * run.Options.WarmUpSeconds : seconds,
            }));
        Add("p50", report => report.P50, 2);
        Add("p99", report => report.P99, 10);
        await run.Stack.EndAsync(silo);

        void Add(string name, Func<LoadReport, double> select, double target)
        {
            var (raw, ours) = (reports[0].Get(select), reports[1].Get(select));
            var added = Spread.Of(ours.Zip(raw, (one, other) => one - other));
            run.Add(new Figure(
                $"added-{name}",
                $"time of an echo task at {Rate:0} a second, {name}",
                $"{Spread.Of(ours)} ms",
                $"*raw*, the slowest server: {Spread.Of(raw)} ms",
                $"+{added} ms",
                $"under +{target:0} ms",
                added.Median < target));
        }
    }
}
