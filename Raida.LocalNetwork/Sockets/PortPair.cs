using System.Net;
using System.Net.Sockets;

namespace Raida.LocalNetwork.Sockets;

/// <summary>A UDP and a TCP socket bound to the same port number.</summary>
internal sealed class PortPair : IDisposable
{
    // With ports that the system gives out only the TCP one may be taken; when that is so 100 times, something else is wrong.
    private const int MaxAttempts = 100;

    private PortPair(Socket udp, Socket tcp)
    {
        Udp = udp;
        Tcp = tcp;
    }

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Udp.LocalEndPoint!;

    /// <summary>Binds both sockets and listens on the TCP one.</summary>
    /// <param name="address">The address of this machine to listen on.</param>
    /// <param name="port">The port, or 0 for one that the system gives out.</param>
    /// <returns>The sockets.</returns>
    /// <exception cref="IOException">The port is taken, or the address is not one of this machine.</exception>
    public static PortPair Open(IPAddress address, int port) => Bind(address, port, isOpen: true);

    /// <summary>
    /// Binds both sockets and does not listen on the TCP one: it keeps the port while others that are bound to it listen, one after the
    /// other, and between them.
    /// </summary>
    /// <param name="address">The address of this machine.</param>
    /// <param name="port">The port, or 0 for one that the system gives out.</param>
    /// <returns>The sockets.</returns>
    /// <exception cref="IOException">The port is taken, or the address is not one of this machine.</exception>
    public static PortPair Keep(IPAddress address, int port) => Bind(address, port, isOpen: false);

    /// <summary>
    /// Binds both sockets such that nobody else can take the port, and that it refuses whoever asks as an unbound one does: a TCP
    /// socket that does not listen refuses, and a UDP socket that is connected, to itself, has the system refuse all others' datagrams.
    /// </summary>
    /// <param name="endPoint">What to bind.</param>
    /// <returns>The sockets.</returns>
    /// <exception cref="IOException">The port is taken.</exception>
    public static PortPair Reserve(IPEndPoint endPoint)
    {
        var pair = Keep(endPoint.Address, endPoint.Port);
        pair.Udp.Connect(pair.EndPoint);
        return pair;
    }

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
    }

    private static PortPair Bind(IPAddress address, int port, bool isOpen)
    {
        for (var attempt = 1; ; attempt++)
        {
            var udp = BindOne(new IPEndPoint(address, port), ProtocolType.Udp, listens: false);
            try
            {
                return new PortPair(udp, BindOne((IPEndPoint)udp.LocalEndPoint!, ProtocolType.Tcp, listens: isOpen));
            }
            catch (IOException) when (port == 0 && attempt < MaxAttempts)
            {
                // Somebody has the TCP port of this number: another number, then.
                udp.Dispose();
            }
            catch (IOException)
            {
                udp.Dispose();
                throw;
            }
        }
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
            throw new IOException(Describe(exception.SocketErrorCode, protocol, endPoint), exception);
        }
    }

    private static string Describe(SocketError error, ProtocolType protocol, IPEndPoint endPoint)
    {
        var name = protocol == ProtocolType.Udp ? "UDP" : "TCP";
        return error switch
        {
            SocketError.AddressAlreadyInUse => $"{name} port {endPoint.Port} of {endPoint.Address} is taken",
            SocketError.AddressNotAvailable => $"{endPoint.Address} is not an address of this machine",
            _ => $"{name} port {endPoint.Port} of {endPoint.Address} cannot be bound ({error})",
        };
    }
}
