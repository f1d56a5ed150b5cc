namespace Raida.Relay;

/// <summary>
/// What passed in one direction since the relay was started. Apart from delayed datagrams,
/// received = forwarded - duplicated + lost + blocked + dropped + corrupted ones that a checksum detected.
/// </summary>
/// <param name="Received">Datagrams received.</param>
/// <param name="Forwarded">Datagrams sent. One that was sent twice counts twice.</param>
/// <param name="Lost">Datagrams lost because of <see cref="RelayConditions.LossPercent"/>.</param>
/// <param name="Blocked">Datagrams that <see cref="RelaySwitches.UdpBlocked"/> did not let through.</param>
/// <param name="Duplicated">Datagrams that were sent a second time.</param>
/// <param name="Reordered">Datagrams that were held back until the next one had passed.</param>
/// <param name="Corrupted">Datagrams in which a bit was flipped.</param>
/// <param name="Dropped">
/// Datagrams lost for other reasons: longer than 4,096 bytes, of too many clients, delayed in a full queue, or refused by the OS.
/// </param>
/// <param name="StreamBytes">Bytes of connections that were sent.</param>
/// <param name="CorruptedPieces">Parts of streams in which a bit was flipped.</param>
public sealed record RelayCounters(
    long Received,
    long Forwarded,
    long Lost,
    long Blocked,
    long Duplicated,
    long Reordered,
    long Corrupted,
    long Dropped,
    long StreamBytes,
    long CorruptedPieces)
{
    internal static RelayCounters Sum(IEnumerable<RelayCounters> counters) => counters.Aggregate((sum, one) => new RelayCounters(
        sum.Received + one.Received,
        sum.Forwarded + one.Forwarded,
        sum.Lost + one.Lost,
        sum.Blocked + one.Blocked,
        sum.Duplicated + one.Duplicated,
        sum.Reordered + one.Reordered,
        sum.Corrupted + one.Corrupted,
        sum.Dropped + one.Dropped,
        sum.StreamBytes + one.StreamBytes,
        sum.CorruptedPieces + one.CorruptedPieces));
}
