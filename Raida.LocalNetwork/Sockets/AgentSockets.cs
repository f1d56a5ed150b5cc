using Raida.LocalNetwork.Answering;

namespace Raida.LocalNetwork.Sockets;

/// <summary>An agent's two open ports.</summary>
internal sealed class AgentSockets : IAsyncDisposable
{
    private readonly UdpEndpoint _udp;
    private readonly TcpEndpoint _tcp;

    /// <summary>Begins to answer on both ports, whose sockets belong to this object from now on.</summary>
    public AgentSockets(PortPair ports, RequestAnswerer answerer, FaultSource faults, AgentCounters counters)
    {
        _udp = new UdpEndpoint(ports.Udp, answerer, faults, counters);
        _tcp = new TcpEndpoint(ports.Tcp, answerer, faults, counters);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _udp.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _tcp.DisposeAsync().ConfigureAwait(false);
        }
    }
}
