using System.Diagnostics;

namespace Bench.Load;

/// <summary>Runs work in an open loop: starts operations at a fixed rate, whether or not earlier ones have ended.</summary>
internal static class PacedLoad
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    /// <summary>Starts operations until the time is over, and waits until all have ended.</summary>
    /// <param name="rate">Operations per second.</param>
    /// <param name="work">One operation; returns whether its result was complete.</param>
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
            var beganAt = Stopwatch.GetTimestamp();
            var isPerfect = await work();
            return (Stopwatch.GetTimestamp() - beganAt, isPerfect);
        }
    }
}
