using System.Net;
using System.Net.Sockets;

namespace Bench.Processes;

/// <summary>Finds ports for processes that do not choose one themselves.</summary>
internal static class FreePort
{
    /// <summary>A port on loopback that the OS assigned, and that was free a moment ago.</summary>
    public static int Get()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
