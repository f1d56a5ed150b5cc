using System.Diagnostics;

namespace Bench.Load;

/// <summary>Collects the latencies of single operations, and computes percentiles of them.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = [];

    public int Count => _ticks.Count;

    public void AddSince(long startedAt) => Add(Stopwatch.GetTimestamp() - startedAt);

    public void Add(long ticks) => _ticks.Add(ticks);

    /// <summary>The nearest-rank percentile of all latencies in milliseconds; 0 without any.</summary>
    public static double GetPercentile(IEnumerable<Latencies> all, double percent)
    {
        var ticks = all.SelectMany(latencies => latencies._ticks).Order().ToArray();
        return ticks.Length == 0
            ? 0
            : ticks[Math.Max(0, (int)Math.Ceiling(ticks.Length * percent / 100) - 1)] * 1000.0 / Stopwatch.Frequency;
    }
}
