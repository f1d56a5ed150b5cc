using System.Diagnostics;

namespace Bench.Load;

/// <summary>Begins work at a steady rate, whether or not earlier work is done, as callers do who do not know of each other.</summary>
internal static class PacedLoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    /// <summary>Begins work until the time is over, and waits for the end of all of it.</summary>
    /// <param name="rate">How many pieces of work a second.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="work">One piece of work; says whether it was perfect.</param>
    public static async Task<LoadReport> RunAsync(double rate, double seconds, Func<Task<bool>> work)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var running = new List<Task<(long Ticks, bool IsPerfect)>>();
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync())
        {
            var elapsed = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
            while (running.Count < Math.Min(elapsed, seconds) * rate)
            {
                running.Add(Task.Run(WorkAsync));
            }

            if (elapsed >= seconds)
            {
                break;
            }
        }

        var done = await Task.WhenAll(running);
        var latencies = new Latencies();
        foreach (var (ticks, _) in done)
        {
            latencies.Add(ticks);
        }

        return new LoadReport
        {
            Count = done.Length,
            Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
            P50 = Latencies.GetPercentile([latencies], 50),
            P99 = Latencies.GetPercentile([latencies], 99),
            Imperfect = done.Count(one => !one.IsPerfect),
        };

        async Task<(long Ticks, bool IsPerfect)> WorkAsync()
        {
            var begunAt = Stopwatch.GetTimestamp();
            var isPerfect = await work();
            return (Stopwatch.GetTimestamp() - begunAt, isPerfect);
        }
    }
}
