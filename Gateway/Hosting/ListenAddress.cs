using System.Net;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>An address that the host listens to, as the configuration has it.</summary>
/// <param name="Url">The address, which may be wrong.</param>
/// <param name="Setting">Where it was read from.</param>
internal sealed record ListenAddress(string Url, string Setting)
{
    /// <summary>The setting of addresses that are given as URLs.</summary>
    public const string UrlsSetting = "--urls, ASPNETCORE_URLS";

    private static readonly string[] Schemes = ["http", "https"];

    /// <summary>The addresses in the settings that the host listens to: Kestrel's own, else the URLs, else the ports.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>The addresses; the default one where the settings have none.</returns>
    public static IReadOnlyList<ListenAddress> FindAll(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToArray();
        if (endpoints.Length > 0)
        {
            return [.. endpoints.Select(endpoint => new ListenAddress(endpoint["Url"] ?? "", $"{endpoint.Path}:Url"))];
        }

        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        if (urls.Length > 0)
        {
            return [.. urls.Select(url => new ListenAddress(url, UrlsSetting))];
        }

        ListenAddress[] ports = [.. Schemes.SelectMany(scheme => Split(configuration[$"{scheme}_ports"])
            .Select(port => new ListenAddress($"{scheme}://*:{port}", $"ASPNETCORE_{scheme.ToUpperInvariant()}_PORTS")))];
        return ports.Length > 0 ? ports : [new ListenAddress(GatewayServices.DefaultUrl, UrlsSetting)];
    }

    /// <summary>Takes the address apart.</summary>
    /// <returns>Its parts.</returns>
    /// <exception cref="StartupException">It is none to listen on.</exception>
    public BindingAddress Parse()
    {
        try
        {
            var address = BindingAddress.Parse(Url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port is >= 0 and <= ushort.MaxValue)
            {
                return address;
            }
        }
        catch (FormatException exception)
        {
            throw NoAddress(exception);
        }

        throw NoAddress(null);
    }

    /// <summary>Which addresses of this machine a host of a URL means: as Kestrel has it, a name other than localhost means all.</summary>
    /// <param name="host">The host of a URL to listen on.</param>
    /// <returns>The address.</returns>
    public static IPAddress Resolve(string host) =>
        IPAddress.TryParse(host, out var address) ? address
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.Any;

    private static string[] Split(string? values) =>
        values?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private StartupException NoAddress(Exception? cause) => new(
        $"The address \"{Url}\" is none to listen on: http://localhost:8004 is of the form that is expected ({Setting}).",
        cause!);
}
