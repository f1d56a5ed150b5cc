namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// How long a server's last answers took: the newest 128, kept in order of length as well, since every request asks for percentiles. Enough
/// for a 99th percentile, and few enough that a server that has changed is soon seen as it is now.
/// </summary>
internal sealed class LatencyHistory
{
    /// <summary>How many latencies are kept.</summary>
    public const int Length = 128;

    private readonly TimeSpan[] _ring = new TimeSpan[Length];
    private readonly List<TimeSpan> _sorted = new(Length);
    private int _next;

    /// <summary>The kept latencies, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Sorted => _sorted;

    /// <summary>How many there are.</summary>
    public int Count => _sorted.Count;

    /// <summary>Adds the newest latency; the oldest one gives way to it.</summary>
    /// <param name="latency">The time from sending to the answer.</param>
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

    /// <summary>The latency that so many of 100 answers did not exceed.</summary>
    /// <param name="percent">1 to 100.</param>
    /// <returns>One of the kept latencies; there must be one.</returns>
    public TimeSpan GetPercentile(int percent) => Percentile.Of(_sorted, percent);
}
