using System.Net;
using System.Net.Sockets;

namespace Bench.Processes;

/// <summary>Ports for processes that must be told theirs.</summary>
internal static class FreePort
{
    /// <summary>A port on loopback that the system gives out, free a moment ago.</summary>
    public static int Get()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
