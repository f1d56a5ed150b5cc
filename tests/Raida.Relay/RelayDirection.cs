namespace Raida.Relay;

/// <summary>One direction between the clients and one server.</summary>
public sealed class RelayDirection
{
    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly long[] _counts = new long[Enum.GetValues<Counted>().Length];

    private volatile RelayConditions _conditions = RelayConditions.None;

    internal RelayDirection(int seed) => _random = new Random(seed);

    internal enum Counted
    {
        Received,
        Forwarded,
        Lost,
        Blocked,
        Duplicated,
        Reordered,
        Corrupted,
        Dropped,
        StreamBytes,
        CorruptedPieces,
    }

    /// <summary>The conditions; <see cref="RelayConditions.None"/> at first. A change applies from the next datagram on.</summary>
    public RelayConditions Conditions
    {
        get => _conditions;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _conditions = value;
        }
    }

    /// <summary>
    /// What has passed so far. Counts are exact, and may be read at any time. A datagram is counted after the event, and as received after its
    /// outcome.
    /// </summary>
    public RelayCounters Counters => new(
        Read(Counted.Received),
        Read(Counted.Forwarded),
        Read(Counted.Lost),
        Read(Counted.Blocked),
        Read(Counted.Duplicated),
        Read(Counted.Reordered),
        Read(Counted.Corrupted),
        Read(Counted.Dropped),
        Read(Counted.StreamBytes),
        Read(Counted.CorruptedPieces));

    internal void Count(Counted what, long number = 1) => Interlocked.Add(ref _counts[(int)what], number);

    /// <summary>Draws what happens to the next datagram or part of a stream; the n-th draw is the same for the same seed.</summary>
    internal Fate Draw()
    {
        lock (_gate)
        {
            return new Fate(
                _random.NextDouble(),
                _random.NextDouble(),
                _random.NextDouble(),
                _random.NextDouble(),
                _random.NextDouble(),
                _random.NextDouble());
        }
    }

    private long Read(Counted what) => Interlocked.Read(ref _counts[(int)what]);
}
