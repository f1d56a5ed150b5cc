using Bench.Load;
using Bench.Processes;
using Bench.Results;

namespace Bench.Suite;

/// <summary>What ended tasks that Redis keeps leave in a silo's memory.</summary>
internal static class EndedTasksBenchmark
{
    private const int AtOnce = 64;
    private const double MaxGrowth = 50;

    /// <summary>After three times the age at which the silo forgets a task that nobody asks for, it has forgotten all of them.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(SuiteRun run)
    {
        var few = Math.Min(10_000, run.Options.EndedTasks / 5);
        var silo = await run.Stack.StartSiloAsync(await run.Stack.StartRedisAsync(), "--Tasks:CollectionAge", "00:00:02");
        var first = await StartAsync(few);
        var before = await MeasureAsync();
        var rest = await StartAsync(run.Options.EndedTasks - few);
        var after = await MeasureAsync();
        await run.Stack.Load.DoAsync(new LoadOrder { Kind = LoadKind.Read, Port = silo.Port, Path = $"/api/v1/task/{first.TaskId}" });
        run.Add(new Figure(
            "ended-tasks",
            $"silo's memory with {run.Options.EndedTasks:#,0} ended tasks kept (Redis)",
            $"{FigureText.Of(after)} MB",
            $"with {few:#,0} {FigureText.Of(before)} MB; started at {FigureText.Of(rest.PerSecond)} /s",
            $"{after - before:+0.0;-0.0} MB",
            "at most +50 MB",
            after - before <= MaxGrowth));
        await run.Stack.EndAsync(silo);

        Task<LoadReport> StartAsync(int count) => run.Stack.Load.DoAsync(
            new LoadOrder { Kind = LoadKind.StartEchoTasks, Port = silo.Port, AtOnce = AtOnce, Rate = count });

        async Task<double> MeasureAsync()
        {
            await Task.Delay(Settling);
            return await Collection.RunAsync(silo.ProcessId, run.Options.Collections);
        }
    }
}
