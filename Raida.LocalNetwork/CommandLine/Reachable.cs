using System.Net;
using System.Net.Sockets;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>Who listens on every address is reached by the loopback one, at least from here.</summary>
internal static class Reachable
{
    public static IPAddress From(IPAddress address)
    {
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
    }
}
