using Bench.Results;

namespace Bench.Suite;

/// <summary>The time from the start of the process until it is ready, in embedded mode with an empty data directory.</summary>
internal static class StartBenchmark
{
    private const double MaxSeconds = 1.2;

    public static async Task RunAsync(SuiteRun run)
    {
        var seconds = new double[run.Options.Rounds];
        for (var i = 0; i < seconds.Length; i++)
        {
            var silo = await run.Stack.StartEmbeddedAsync();
            seconds[i] = silo.StartTime.TotalSeconds;
            await run.Stack.EndAsync(silo);
        }

        var spread = Spread.Of(seconds);
        run.Add(new Figure(
            "start",
            "start to ready, embedded",
            $"{spread} s",
            "",
            $"{spread} s",
            $"under {FigureText.Of(MaxSeconds)} s",
            spread.Median < MaxSeconds));
    }
}
