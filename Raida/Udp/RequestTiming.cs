namespace Raida.Udp;

/// <summary>When one request is retransmitted, and when it times out.</summary>
/// <param name="Timeout">The time from the first transmission until the request is abandoned.</param>
/// <param name="RetransmitAfter">The time until the first retransmission; each further one waits twice as long as the one before.</param>
internal readonly record struct RequestTiming(TimeSpan Timeout, TimeSpan RetransmitAfter)
{
    /// <summary>
    /// The most datagrams of one request. With the shortest delay before the first retransmission, 50 ms, the sixth is sent after 1.55 s.
    /// </summary>
    public const int MaxTransmissions = 6;

    /// <summary>When TCP is tried as well; the datagrams remain in flight.</summary>
    public TimeSpan FallBackAfter => Timeout / 2;
}
