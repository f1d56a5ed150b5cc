namespace Raida.Relay;

/// <summary>
/// What happens to datagrams and to the bytes of connections in one direction between clients and one server. Immutable: assign another value
/// to <see cref="RelayDirection.Conditions"/>, which applies from the next datagram on.
/// </summary>
/// <remarks>
/// Only delay, jitter and corruption apply to connections, as TCP retransmits, deduplicates and orders. They apply to each part of the stream
/// that one read returns, at most 1,400 bytes.
/// </remarks>
public sealed record RelayConditions
{
    /// <summary>The longest <see cref="Delay"/> and the longest <see cref="Jitter"/>: 30 s.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>A good network: everything passes without delay, once, in order and unchanged.</summary>
    public static RelayConditions None { get; } = new();

    /// <summary>The percentage of datagrams that are lost, 0 to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double LossPercent { get; init => field = CheckPercent(value); }

    /// <summary>The delay of a datagram, 0 to 30 s. Datagrams do not wait for one another; the parts of a stream do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Delay { get; init => field = CheckDelay(value); }

    /// <summary>The maximum of a random time that is added to <see cref="Delay"/>, 0 to 30 s. Datagrams then overtake one another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Jitter { get; init => field = CheckDelay(value); }

    /// <summary>
    /// The percentage of datagrams that are held back until the next one of the same client has passed, or for 20 ms if none comes, 0 to 100.
    /// Only one is held back at a time: at 100 %, every two datagrams change places.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double ReorderPercent { get; init => field = CheckPercent(value); }

    /// <summary>The percentage of datagrams that arrive twice, 0 to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double DuplicatePercent { get; init => field = CheckPercent(value); }

    /// <summary>
    /// The percentage of datagrams, or parts of a stream, in which one bit is flipped, 0 to 100. No checksum detects this, as if it happened in
    /// the memory of a router that recomputes the checksum, so the receiver gets the changed bytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double CorruptPercent { get; init => field = CheckPercent(value); }

    /// <summary>
    /// The bytes in which <see cref="CorruptPercent"/> may flip a bit; all by default. A datagram without any of them passes unchanged.
    /// </summary>
    public Range CorruptedBytes { get; init; } = Range.All;

    /// <summary>
    /// Whether the bit is flipped on the wire, where UDP's checksum detects it: the receiver's OS drops the datagram, which counts as corrupted,
    /// not as lost. Connections are not affected, as TCP retransmits.
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
