using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Testing;

/// <summary>Ports for processes that cannot choose their own.</summary>
public static class FreePort
{
    /// <summary>Returns a TCP port of loopback that was free a moment ago.</summary>
    public static int Get()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
