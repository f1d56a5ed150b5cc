using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Raida;

/// <summary>Where one RAIDA is reached, by UDP and TCP alike.</summary>
/// <param name="Host">A name, or an IPv4 or IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record RaidaServer(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, <c>192.0.2.1:port</c> or <c>[2001:db8::1]:port</c>.</summary>
    /// <returns>False when the text has another form or the port is outside 1 to 65535.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RaidaServer? server)
    {
        server = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null
            || colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > ushort.MaxValue)
        {
            return false;
        }

        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out _))
            {
                return false;
            }
        }
        else if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return false;
        }

        server = new RaidaServer(host, port);
        return true;
    }

    /// <summary>The address as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
