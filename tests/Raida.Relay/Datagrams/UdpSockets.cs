using System.Net.Sockets;

namespace Raida.Relay.Datagrams;

/// <summary>What all UDP sockets of the relay have in common.</summary>
internal static class UdpSockets
{
    /// <summary>
    /// Linux takes net.core.rmem_max instead where that is less, and doubles it: 425,984 bytes with its default of 212,992, which
    /// hold 184 datagrams of 64 coins. A client has at most 64 on their way to one server.
    /// </summary>
    private const int ReceiveBufferSize = 4 << 20;

    /// <summary>Makes room for bursts, so that nothing gets lost but what is asked for, and keeps sending from ever waiting.</summary>
    public static Socket Enlarge(Socket socket)
    {
        socket.ReceiveBufferSize = ReceiveBufferSize;
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Whether an error belongs to a datagram sent before, while the socket goes on.</summary>
    public static bool IsOfOneDatagram(SocketError error) => error is
        SocketError.ConnectionReset
        or SocketError.ConnectionRefused
        or SocketError.NetworkReset
        or SocketError.HostUnreachable
        or SocketError.NetworkUnreachable
        or SocketError.MessageSize;
}
