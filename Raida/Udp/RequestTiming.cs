namespace Raida.Udp;

/// <summary>When one request is retransmitted, and when it times out.</summary>
/// <param name="Timeout">The time from the first transmission until the request is abandoned.</param>
/// <param name="RetransmitAfter">The time until the first retransmission; each further one waits twice as long as the one before.</param>
internal readonly record struct RequestTiming(TimeSpan Timeout, TimeSpan RetransmitAfter)
{
    /// <summary>
    /// The most datagrams of one request. With the shortest delay before a retransmission, 50 ms, the sixth is sent after 1.55 s: what six
    /// datagrams did not reach, TCP is tried for.
    /// </summary>
    public const int MaxTransmissions = 6;

    /// <summary>Datagrams alone have this part of the timeout; then TCP is tried beside them.</summary>
    public TimeSpan FallBackAfter => Timeout / 2;
}
