using System.Net;
using System.Net.Sockets;

namespace Raida.LocalNetwork.Sockets;

/// <summary>A UDP and a TCP socket bound to the same port number. An <see cref="IOException"/> says why they cannot be bound.</summary>
internal sealed class PortPair : IDisposable
{
    /// <summary>The OS assigns a free TCP port, whose UDP port may be taken. After 100 of these, something else is wrong.</summary>
    private const int MaxAttempts = 100;

    private PortPair(Socket udp, Socket tcp)
    {
        Udp = udp;
        Tcp = tcp;
    }

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Udp.LocalEndPoint!;

    /// <summary>Binds both sockets.</summary>
    /// <param name="port">The port, or 0 for one that the OS assigns.</param>
    /// <param name="listens">Whether the TCP socket listens. Otherwise it keeps the port for other sockets that are bound to it and do.</param>
    public static PortPair Bind(IPAddress address, int port, bool listens)
    {
        for (var attempt = 1; ; attempt++)
        {
            // TCP first: a port that the OS assigns is not bound, but binding to a number succeeds beside a socket that does not listen yet.
            var tcp = BindOne(new IPEndPoint(address, port), ProtocolType.Tcp, listens);
            try
            {
                return new PortPair(BindOne((IPEndPoint)tcp.LocalEndPoint!, ProtocolType.Udp, listens: false), tcp);
            }
            catch (IOException)
            {
                tcp.Dispose();
                if (port != 0 || attempt == MaxAttempts)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>
    /// Binds both sockets so that no other process can take the port, but clients are refused as by an unbound one. The TCP socket does not
    /// listen, and the UDP socket is connected to itself, which makes the OS refuse the datagrams of others.
    /// </summary>
    public static PortPair Reserve(IPEndPoint endPoint)
    {
        var pair = Bind(endPoint.Address, endPoint.Port, listens: false);
        pair.Udp.Connect(pair.EndPoint);
        return pair;
    }

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
    }

    private static Socket BindOne(IPEndPoint endPoint, ProtocolType protocol, bool listens)
    {
        var socket = new Socket(endPoint.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        try
        {
            socket.Bind(endPoint);
            if (listens)
            {
                socket.Listen();
            }

            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            var port = $"{(protocol == ProtocolType.Udp ? "UDP" : "TCP")} port {endPoint.Port} of {endPoint.Address}";
            throw new IOException(
                exception.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => $"{port} is taken",
                    SocketError.AddressNotAvailable => $"{endPoint.Address} is not an address of this machine",
                    _ => $"{port} cannot be bound ({exception.SocketErrorCode})",
                },
                exception);
        }
    }
}
