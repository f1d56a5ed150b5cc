using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>The memory that ended tasks, kept in Redis, still take in a silo.</summary>
internal static class EndedTasksBenchmark
{
    private const int Concurrency = 64;
    private const double MaxGrowth = 50;

    /// <summary>Three times the collection age that is set below; by then the silo has deactivated every idle task.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(SuiteRun run)
    {
        var few = Math.Min(10_000, run.Options.EndedTasks / 5);
        var silo = await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync(), "--Tasks:CollectionAge", "00:00:02");
        var first = await StartAsync(few);
        var before = await MeasureAsync();
        var rest = await StartAsync(run.Options.EndedTasks - few);
        var after = await MeasureAsync();
        await run.Stack.Load.RunAsync(new LoadOrder { Kind = LoadKind.Read, Port = silo.Port, Path = $"/api/v1/task/{first.TaskId}" });
        run.Add(new Figure(
            "ended-tasks",
            $"memory of a silo with {run.Options.EndedTasks:#,0} ended tasks in Redis",
            $"{FigureText.Of(after)} MB",
            $"with {few:#,0} {FigureText.Of(before)} MB; started at {FigureText.Of(rest.PerSecond)} /s",
            $"{after - before:+0.0;-0.0} MB",
            "at most +50 MB",
            after - before <= MaxGrowth));
        await run.Stack.EndAsync(silo);

        Task<LoadReport> StartAsync(int count) => run.Stack.Load.RunAsync(
            new LoadOrder { Kind = LoadKind.StartEchoTasks, Port = silo.Port, Concurrency = Concurrency, Count = count });

        async Task<double> MeasureAsync()
        {
            await Task.Delay(Settling);
            return await Collection.RunAsync(silo.ProcessId, run.Options.Collections);
        }
    }
}
