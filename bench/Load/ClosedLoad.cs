using System.Diagnostics;

namespace Bench.Load;

/// <summary>Runs work in a closed loop: a fixed number of workers, each of which repeats the work without a pause.</summary>
internal static class ClosedLoad
{
    /// <summary>Runs the workers until the time is over, and lets each finish its last operation.</summary>
    /// <param name="concurrency">The number of workers.</param>
    /// <param name="seconds">The duration; with 0 each worker runs the work once.</param>
    /// <param name="work">One operation of the worker with that number; returns whether its result was complete.</param>
    public static async Task<LoadReport> RunAsync(int concurrency, double seconds, Func<int, Task<bool>> work)
    {
        var latencies = Enumerable.Range(0, concurrency).Select(_ => new Latencies()).ToArray();
        var startedAt = Stopwatch.GetTimestamp();
        var endAt = startedAt + (long)(seconds * Stopwatch.Frequency);
        var imperfect = await Task.WhenAll(latencies.Select((own, worker) => Task.Run(() => WorkAsync(worker, own))));
        return new LoadReport
        {
            Count = latencies.Sum(own => own.Count),
            Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
            P50 = Latencies.GetPercentile(latencies, 50),
            P99 = Latencies.GetPercentile(latencies, 99),
            Imperfect = imperfect.Sum(),
        };

        async Task<long> WorkAsync(int worker, Latencies own)
        {
            var imperfect = 0L;
            do
            {
                var beganAt = Stopwatch.GetTimestamp();
                imperfect += await work(worker) ? 0 : 1;
                own.AddSince(beganAt);
            }
            while (Stopwatch.GetTimestamp() < endAt);

            return imperfect;
        }
    }
}
