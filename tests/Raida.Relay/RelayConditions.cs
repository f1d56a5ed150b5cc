namespace Raida.Relay;

/// <summary>
/// What becomes of the datagrams that go one way between a client and one server, and of the bytes of connections. Immutable: a
/// direction's conditions are changed by giving it another value, which counts from the next datagram on.
/// </summary>
/// <remarks>
/// A connection loses, doubles and reorders nothing, since the system repeats what is lost and puts it in order: of these conditions
/// delay, jitter and corruption are the only ones that hold for it. They are applied to each piece of the stream, which is what one
/// read finds there, at most 1,400 bytes.
/// </remarks>
public sealed record RelayConditions
{
    /// <summary>The longest <see cref="Delay"/> and the longest <see cref="Jitter"/>: 30 s.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>A good network: everything passes at once, once, in order and unchanged.</summary>
    public static RelayConditions None { get; } = new();

    /// <summary>How many of 100 datagrams are lost, 0 to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double LossPercent { get; init => field = CheckPercent(value); }

    /// <summary>How long a datagram is on its way, 0 to 30 s. Datagrams do not wait for one another; pieces of a stream do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Delay { get; init => field = CheckDelay(value); }

    /// <summary>Up to how much longer than <see cref="Delay"/> it takes, drawn anew for each, 0 to 30 s: so they overtake.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Jitter { get; init => field = CheckDelay(value); }

    /// <summary>
    /// How many of 100 datagrams are held back until the next one of the same client has passed, or for 20 ms when none comes, 0 to
    /// 100. One is held at a time: 100 changes the places of each two.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double ReorderPercent { get; init => field = CheckPercent(value); }

    /// <summary>How many of 100 datagrams arrive twice, 0 to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double DuplicatePercent { get; init => field = CheckPercent(value); }

    /// <summary>
    /// In how many of 100 datagrams, or pieces of a stream, one bit is flipped, 0 to 100. The length stays. The damage is done where
    /// no checksum covers it, as in the memory of a device on the way that computes the checksum anew, so the receiver gets to see it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double CorruptPercent { get; init => field = CheckPercent(value); }

    /// <summary>
    /// Which bytes <see cref="CorruptPercent"/> draws the bit from; all of them by default. A datagram that has none of them passes
    /// unchanged.
    /// </summary>
    public Range CorruptedBytes { get; init; } = Range.All;

    /// <summary>
    /// Whether the damage is done on the wire, under UDP's checksum, which finds every flipped bit: the receiver's system drops the
    /// datagram. It counts as corrupted, not as lost. A connection repeats what was damaged, so nothing happens to it.
    /// </summary>
    public bool ChecksumFindsCorruption { get; init; }

    private static TimeSpan CheckDelay(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxDelay);
        return value;
    }

    private static double CheckPercent(double value) =>
        value is >= 0 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 100 percent expected.");
}
