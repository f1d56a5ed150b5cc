namespace Raida.Servers;

/// <summary>
/// The newest 128 latencies, also kept sorted, since every request needs percentiles: enough for a 99th percentile, and few enough that a
/// change of the server soon shows.
/// </summary>
internal sealed class LatencyHistory
{
    public const int Length = 128;

    private readonly TimeSpan[] _ring = new TimeSpan[Length];
    private readonly List<TimeSpan> _sorted = new(Length);
    private int _next;

    /// <summary>The kept latencies, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Sorted => _sorted;

    public int Count => _sorted.Count;

    /// <summary>Adds the newest latency, in place of the oldest when it is full.</summary>
    public void Add(TimeSpan latency)
    {
        if (_sorted.Count == Length)
        {
            _sorted.RemoveAt(_sorted.BinarySearch(_ring[_next]));
        }

        var place = _sorted.BinarySearch(latency);
        _sorted.Insert(place < 0 ? ~place : place, latency);
        _ring[_next] = latency;
        _next = (_next + 1) % Length;
    }

    /// <summary>A percentile by nearest rank. At least one latency must have been added.</summary>
    public TimeSpan GetPercentile(int percent) => Percentile.Of(_sorted, percent);
}

/// <summary>Percentiles by nearest rank: always one of the values, never interpolated.</summary>
public static class Percentile
{
    /// <summary>The smallest value that at least <paramref name="percent"/> % of the values do not exceed.</summary>
    /// <param name="sorted">At least one value, the smallest first.</param>
    /// <param name="percent">1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public static T Of<T>(IReadOnlyList<T> sorted, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(sorted));
        var rank = ((percent * sorted.Count) + 99) / 100;
        return sorted[rank - 1];
    }
}
