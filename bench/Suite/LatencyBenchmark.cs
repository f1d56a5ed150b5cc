using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>The time that a task adds to that of its slowest server, far below the capacity of the service.</summary>
internal static class LatencyBenchmark
{
    private const double Rate = 100;

    public static async Task RunAsync(SuiteRun run)
    {
        List<(string Name, string Key, WebServer Server)> services =
        [
            ("in memory", "added", await run.Stack.StartEmbeddedAsync(inMemory: true)),
            ("on disk", "added-disk", await run.Stack.StartEmbeddedAsync()),
        ];
        if (Stack.HasRedis)
        {
            services.Add(("Redis", "added-redis", await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync())));
        }

        var reports = await Rounds.RunAsync(
            run.Options.Rounds,
            [
                isWarmUp => run.Stack.Raw.RunAsync(Order(LoadKind.PacedRawEcho, port: 0, isWarmUp)),
                .. services.Select(service => (Func<bool, Task<LoadReport>>)(isWarmUp =>
                    run.Stack.Load.RunAsync(Order(LoadKind.PacedEchoTasks, service.Server.Port, isWarmUp)))),
            ]);
        for (var i = 0; i < services.Count; i++)
        {
            var (name, key, server) = services[i];
            var (raw, ours) = (reports[0], reports[i + 1]);
            Add(run, $"{key}-p50", $"p50, {name}", ours.Get(report => report.P50), raw.Get(report => report.P50), i == 0 ? 2 : null);
            Add(run, $"{key}-p99", $"p99, {name}", ours.Get(report => report.P99), raw.Get(report => report.P99), i == 0 ? 10 : null);
            await run.Stack.EndAsync(server);
        }

        LoadOrder Order(LoadKind kind, int port, bool isWarmUp) => new()
        {
            Kind = kind,
            Port = port,
            Rate = Rate,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.LatencySeconds,
        };
    }

    private static void Add(SuiteRun run, string key, string what, double[] ours, double[] raw, double? target)
    {
        var added = Spread.Of(ours.Zip(raw, (one, other) => one - other));
        run.Add(new Figure(
            key,
            $"time of an echo task at {Rate:0} a second, {what}",
            $"{Spread.Of(ours)} ms",
            $"*raw*, the slowest server: {Spread.Of(raw)} ms",
            $"+{added} ms",
            target is null ? "" : $"under +{target:0} ms",
            target is null ? null : added.Median < target));
    }
}
