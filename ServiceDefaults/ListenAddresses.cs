using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.ServiceDefaults;

/// <summary>The addresses in the settings that the web server listens on: Kestrel's own endpoints, else the URLs, else the ports.</summary>
public static class ListenAddresses
{
    /// <summary>The settings of URLs, for messages.</summary>
    public const string UrlsSetting = "--urls, ASPNETCORE_URLS";

    private const string DefaultUrl = "http://localhost:8004";

    /// <summary>Reads the addresses; http://localhost:8004, which it also sets, where none is set.</summary>
    /// <exception cref="StartupException">One is not an address to listen on.</exception>
    public static IReadOnlyList<BindingAddress> ReadOrSetDefault(WebApplicationBuilder builder)
    {
        if (Read(builder.Configuration).Count == 0)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        return Read(builder.Configuration);
    }

    /// <summary>Reads the addresses; empty where none is set.</summary>
    /// <exception cref="StartupException">One is not an address to listen on.</exception>
    public static IReadOnlyList<BindingAddress> Read(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "").ToArray();
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        var ports = Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}")
            .Concat(Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"));
        return [.. (endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : ports).Select(Parse)];
    }

    /// <summary>
    /// Tries the addresses before anything starts: the web server binds them last, and Orleans would log pages while it stops again. It does not
    /// listen, which would accept connections and close them.
    /// </summary>
    /// <exception cref="StartupException">One cannot be listened on.</exception>
    public static void ThrowIfInUse(IEnumerable<BindingAddress> addresses)
    {
        foreach (var address in addresses.Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0))
        {
            var endPoint = new IPEndPoint(Resolve(address), address.Port);
            using var probe = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(endPoint);
            }
            catch (SocketException exception)
            {
                throw new StartupException(
                    $"Cannot listen on {address}: {exception.Message}. Choose another address with --urls http://localhost:8005.", exception);
            }
        }
    }

    /// <summary>The URL by which this machine reaches an address.</summary>
    public static Uri GetLocalUrl(BindingAddress address)
    {
        var ip = Resolve(address);
        var host = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : ip;
        return new UriBuilder(address.Scheme, $"{host}", address.Port).Uri;
    }

    /// <summary>Whether an address is reached from this machine only.</summary>
    public static bool IsLoopback(BindingAddress address) => IPAddress.IsLoopback(Resolve(address));

    /// <summary>Like Kestrel, treats any host name except localhost as all addresses.</summary>
    private static IPAddress Resolve(BindingAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IPAddress.TryParse(address.Host, out var ip) ? ip
            : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.Any;
    }

    private static string[] Split(string? values) =>
        values?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.IsUnixPipe || address.IsNamedPipe || (address.Port <= ushort.MaxValue && address.PathBase.Length == 0)
                ? address
                : throw new FormatException();
        }
        catch (FormatException exception)
        {
            throw new StartupException($"\"{url}\" is not an address to listen on ({UrlsSetting}): http://localhost:8004 is expected.", exception);
        }
    }
}
