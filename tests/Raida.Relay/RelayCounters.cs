namespace Raida.Relay;

/// <summary>
/// What passed in one direction since the relay was started. What is neither on its way nor held back is accounted for:
/// received = forwarded - duplicated + lost + blocked + dropped + those corrupted ones that a checksum found.
/// </summary>
/// <param name="Received">Datagrams that came in.</param>
/// <param name="Forwarded">Datagrams that went out, each one counted that went out twice.</param>
/// <param name="Lost">Datagrams lost because <see cref="RelayConditions.LossPercent"/> asked for it.</param>
/// <param name="Blocked">Datagrams that <see cref="RelaySwitches.UdpBlocked"/> did not let through.</param>
/// <param name="Duplicated">Datagrams that were sent a second time.</param>
/// <param name="Reordered">Datagrams that were held back until the next one had passed.</param>
/// <param name="Corrupted">Datagrams in which a bit was flipped.</param>
/// <param name="Dropped">
/// Datagrams that nobody asked to lose: longer than 4,096 bytes, of one client or held back one too many, or refused by the system.
/// </param>
/// <param name="StreamBytes">Bytes of connections that went out.</param>
/// <param name="CorruptedPieces">Pieces of streams in which a bit was flipped.</param>
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
