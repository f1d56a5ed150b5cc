using System.Diagnostics;

namespace Bench.Load;

/// <summary>Does some work by a fixed number of hands, each of which begins anew as soon as it is done.</summary>
internal static class ClosedLoad
{
    /// <summary>Runs the hands until the time is over, and lets each end what it has begun.</summary>
    /// <param name="atOnce">How many hands.</param>
    /// <param name="seconds">For how long; 0 for one piece of work each.</param>
    /// <param name="work">One piece of work of the hand of that number; says whether it was perfect.</param>
    public static async Task<LoadReport> RunAsync(int atOnce, double seconds, Func<int, Task<bool>> work)
    {
        var latencies = Enumerable.Range(0, atOnce).Select(_ => new Latencies()).ToArray();
        var startedAt = Stopwatch.GetTimestamp();
        var endAt = startedAt + (long)(seconds * Stopwatch.Frequency);
        var imperfect = await Task.WhenAll(latencies.Select((own, hand) => Task.Run(() => WorkAsync(hand, own))));
        return new LoadReport
        {
            Count = latencies.Sum(own => own.Count),
            Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
            P50 = Latencies.GetPercentile(latencies, 50),
            P99 = Latencies.GetPercentile(latencies, 99),
            Imperfect = imperfect.Sum(),
        };

        async Task<long> WorkAsync(int hand, Latencies own)
        {
            var imperfect = 0L;
            do
            {
                var begunAt = Stopwatch.GetTimestamp();
                imperfect += await work(hand) ? 0 : 1;
                own.AddSince(begunAt);
            }
            while (Stopwatch.GetTimestamp() < endAt);

            return imperfect;
        }
    }
}
