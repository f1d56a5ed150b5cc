using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bench.Processes;

/// <summary>Finds ports for processes that do not choose one themselves.</summary>
internal static class FreePort
{
    private static readonly ConcurrentBag<Socket> Reservations = [];

    /// <summary>Returns a port on loopback that the system assigns to nobody else while this process runs.</summary>
    public static int Get()
    {
        // Servers can listen beside a socket that is only bound, since both set SO_REUSEADDR.
        var reservation = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reservation.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Reservations.Add(reservation);
        return ((IPEndPoint)reservation.LocalEndPoint!).Port;
    }
}
