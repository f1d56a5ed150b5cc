using Bench.Load;
using Bench.Results;

namespace Bench.Suite;

/// <summary>The same echo as a durable Hangfire job that is enqueued and polled. Each side has its own Redis.</summary>
internal static class HangfireBenchmark
{
    private const int Concurrency = 64;

    public static async Task RunAsync(SuiteRun run)
    {
        var hangfire = await run.Stack.StartHangfireAsync(await run.Stack.StartRedisAsync());
        var silo = await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync());
        var reports = await Rounds.RunAsync(run.Options.Rounds, Side(hangfire.Port), Side(silo.Port));
        run.Add(Figure.Compare(
            "hangfire",
            "echo tasks, 64 in flight, Redis (everysec)",
            "/s",
            reports[1].GetRates(),
            "*Hangfire* 1.8, Redis (everysec)",
            reports[0].GetRates()));
        EchoBenchmark.AddNotes(run, "echo jobs", reports);
        await run.Stack.EndAsync(silo);
        await run.Stack.EndAsync(hangfire);

        Func<bool, Task<LoadReport>> Side(int port) => isWarmUp => run.Stack.Load.RunAsync(new LoadOrder
        {
            Kind = LoadKind.EchoTasks,
            Port = port,
            Concurrency = Concurrency,
            Seconds = isWarmUp ? run.Options.WarmUpSeconds : run.Options.RoundSeconds,
        });
    }
}
