using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Testing;

/// <summary>Ports for processes that cannot choose their own.</summary>
public static class FreePort
{
    private static readonly ConcurrentBag<Socket> Reservations = [];

    /// <summary>
    /// Returns a TCP port of loopback that the system assigns to nobody else while this process runs. A bound socket that does not listen
    /// reserves it: servers can listen there, and restart there, since they set SO_REUSEADDR as <see cref="Socket.Bind"/> does on Unix.
    /// </summary>
    public static int Get()
    {
        var reservation = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reservation.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Reservations.Add(reservation);
        return ((IPEndPoint)reservation.LocalEndPoint!).Port;
    }
}
