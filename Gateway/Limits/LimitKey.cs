using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Gateway.Limits;

/// <summary>Who makes a request, for the limits per caller.</summary>
internal static class LimitKey
{
    /// <summary>An IPv6 network of one customer has at least these bits.</summary>
    private const int NetworkBytes = 8;

    /// <summary>
    /// The name of the key; without one, the address. Null for programs on this machine that have no key: they are not told apart, and not limited.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        if (context.User.Identity is { IsAuthenticated: true, Name: { } name })
        {
            return $"key {name}";
        }

        return context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address) ? GetNetwork(address) : null;
    }

    private static string GetNetwork(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, NetworkBytes),
        _ => address.ToString(),
    };
}
