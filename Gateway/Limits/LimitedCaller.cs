using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features.Authentication;
using OrleansTasks.Gateway.Access;

namespace OrleansTasks.Gateway.Limits;

/// <summary>Whom the limits per caller apply to.</summary>
internal static class LimitedCaller
{
    /// <summary>The length of the prefix of an IPv6 address that stands for a caller: a customer gets a /64 or a larger network.</summary>
    private const int NetworkBytes = 8;

    /// <summary>
    /// The name of the key; without one, the address. Null for programs on this machine that have no key: they are not told apart, and not limited.
    /// </summary>
    public static string? Get(HttpContext context)
    {
        // HttpContext.User would create a principal for each anonymous request.
        if (context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity is { IsAuthenticated: true, Name: { } name })
        {
            return $"key {name}";
        }

        return context.Connection.RemoteIpAddress is { } address && !IsLoopback(address) ? GetNetwork(address) : null;
    }

    /// <summary>The caller's own limit of requests per second, if it has one.</summary>
    public static int? GetRequestsPerSecond(HttpContext context) => GetLimit(context, Caller.RequestsPerSecondClaim);

    /// <summary>The caller's own limit of running tasks, if it has one.</summary>
    public static int? GetRunningTasks(HttpContext context) => GetLimit(context, Caller.RunningTasksClaim);

    private static int? GetLimit(HttpContext context, string claim) =>
        int.TryParse(context.Features.Get<IHttpAuthenticationFeature>()?.User?.FindFirst(claim)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static string GetNetwork(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, NetworkBytes),
        _ => address.ToString(),
    };
}
