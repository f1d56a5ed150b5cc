namespace Raida.LocalNetwork;

/// <summary>What an agent has received since its network was started. Counts are exact, and may be read at any time.</summary>
public sealed class AgentCounters
{
    private long _udpRequests;
    private long _tcpRequests;

    /// <summary>Datagrams received, including those that a fault then lost.</summary>
    public long UdpRequests => Interlocked.Read(ref _udpRequests);

    /// <summary>Requests received over TCP, one per connection. Connections that closed without a byte do not count.</summary>
    public long TcpRequests => Interlocked.Read(ref _tcpRequests);

    internal void CountUdpRequest() => Interlocked.Increment(ref _udpRequests);

    internal void CountTcpRequest() => Interlocked.Increment(ref _tcpRequests);
}
