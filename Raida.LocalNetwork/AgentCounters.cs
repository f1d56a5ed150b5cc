namespace Raida.LocalNetwork;

/// <summary>What an agent has done since its network was started. Counts are exact, and may be read at any time.</summary>
public sealed class AgentCounters
{
    private long _udpRequests;
    private long _tcpRequests;
    private long _answers;
    private long _lostRequests;
    private long _unsentAnswers;

    /// <summary>Datagrams received, including those that a fault then lost.</summary>
    public long UdpRequests => Interlocked.Read(ref _udpRequests);

    /// <summary>Requests received over TCP, one per connection. Connections that closed without a byte do not count.</summary>
    public long TcpRequests => Interlocked.Read(ref _tcpRequests);

    /// <summary>Answers sent. An answer that is sent twice counts twice.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Datagrams lost because of <see cref="AgentFaults.LossPercent"/>.</summary>
    public long LostRequests => Interlocked.Read(ref _lostRequests);

    /// <summary>Answers that could not be sent: the client had closed its socket, or too many delayed answers were waiting.</summary>
    public long UnsentAnswers => Interlocked.Read(ref _unsentAnswers);

    internal void CountUdpRequest() => Interlocked.Increment(ref _udpRequests);

    internal void CountTcpRequest() => Interlocked.Increment(ref _tcpRequests);

    internal void CountAnswer() => Interlocked.Increment(ref _answers);

    internal void CountLostRequest() => Interlocked.Increment(ref _lostRequests);

    internal void CountUnsentAnswer() => Interlocked.Increment(ref _unsentAnswers);
}
