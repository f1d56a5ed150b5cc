namespace Raida.Relay;

/// <summary>One direction between the clients and one server: its conditions, its dice and its counts.</summary>
public sealed class RelayDirection
{
    private readonly Lock _drawing = new();
    private readonly Random _dice;
    private readonly long[] _counts = new long[Enum.GetValues<Counted>().Length];

    private volatile RelayConditions _conditions = RelayConditions.None;

    internal RelayDirection(int seed) => _dice = new Random(seed);

    /// <summary>What is counted.</summary>
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

    /// <summary>The conditions; <see cref="RelayConditions.None"/> at first. A change counts from the next datagram on.</summary>
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
    /// What has passed so far. Counts are exact and may be read while the relay runs; each follows what it counts, and that of what came in
    /// follows those of what became of it.
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

    /// <summary>Throws the dice for the next datagram or piece: the n-th one's are the same for the same seed.</summary>
    internal Fate Draw()
    {
        lock (_drawing)
        {
            return new Fate(
                _dice.NextDouble(),
                _dice.NextDouble(),
                _dice.NextDouble(),
                _dice.NextDouble(),
                _dice.NextDouble(),
                _dice.NextDouble());
        }
    }

    private long Read(Counted what) => Interlocked.Read(ref _counts[(int)what]);
}
