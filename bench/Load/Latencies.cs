using System.Diagnostics;

namespace Bench.Load;

/// <summary>Times of single pieces of work, of which only some figures are kept in the end.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = [];

    public int Count => _ticks.Count;

    public void AddSince(long startedAt) => Add(Stopwatch.GetTimestamp() - startedAt);

    public void Add(long ticks) => _ticks.Add(ticks);

    /// <summary>A percentile of the times of all, in milliseconds; 0 when there are none.</summary>
    public static double GetPercentile(IEnumerable<Latencies> all, double percent)
    {
        var ticks = all.SelectMany(latencies => latencies._ticks).Order().ToArray();
        return ticks.Length == 0
            ? 0
            : ticks[Math.Max(0, (int)Math.Ceiling(ticks.Length * percent / 100) - 1)] * 1000.0 / Stopwatch.Frequency;
    }
}
