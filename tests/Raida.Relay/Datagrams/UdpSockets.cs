using System.Net.Sockets;

namespace Raida.Relay.Datagrams;

/// <summary>Options and errors of the relay's UDP sockets.</summary>
internal static class UdpSockets
{
    /// <summary>
    /// Linux limits this to net.core.rmem_max and doubles it: 425,984 bytes with its default of 212,992, which hold 184 datagrams of 64
    /// coins. A client has at most 64 in flight to one server.
    /// </summary>
    private const int ReceiveBufferSize = 4 << 20;

    /// <summary>Enlarges the buffer, so that bursts are not lost by accident, and makes sends non-blocking.</summary>
    public static Socket Enlarge(Socket socket)
    {
        socket.ReceiveBufferSize = ReceiveBufferSize;
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Whether an error concerns a datagram that was sent earlier; the socket still works.</summary>
    public static bool ConcernsOneDatagram(SocketError error) => error is
        SocketError.ConnectionReset
        or SocketError.ConnectionRefused
        or SocketError.NetworkReset
        or SocketError.HostUnreachable
        or SocketError.NetworkUnreachable
        or SocketError.MessageSize;
}
