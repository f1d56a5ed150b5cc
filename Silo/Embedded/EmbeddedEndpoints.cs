using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// The ports on loopback that the embedded silo listens on: the configured ones, else Orleans' usual ones, else, where those are taken
/// or 0 is configured, ones that the system gives out. The HTTP interface needs neither; a separate gateway process needs the second.
/// </summary>
internal static class EmbeddedEndpoints
{
    private const string Section = "Orleans:Endpoints";
    private const int UsualSiloPort = 11111;
    private const int UsualGatewayPort = 30000;

    /// <summary>How many ports of the system's choice to try: one that is claimed by a process that just starts is rare.</summary>
    private const int MaxAttempts = 100;

    /// <summary>Chooses both ports and puts them into the configuration, from where Orleans reads them too.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="claims">Takes the claims to both.</param>
    /// <returns>The ports.</returns>
    /// <exception cref="StartupException">A configured port is none, or taken.</exception>
    public static (int SiloPort, int GatewayPort) Choose(IConfiguration configuration, PortClaims claims) => (
        Choose(configuration, claims, $"{Section}:SiloPort", UsualSiloPort),
        Choose(configuration, claims, $"{Section}:GatewayPort", UsualGatewayPort));

    private static int Choose(IConfiguration configuration, PortClaims claims, string key, int usual)
    {
        var configured = configuration.GetValue<int?>(key);
        if (configured is < 0 or > ushort.MaxValue)
        {
            throw new StartupException($"{key} is outside 0 to {ushort.MaxValue}.");
        }

        if (configured > 0 && !claims.TryClaim(configured.Value))
        {
            // Orleans itself would listen there beside the other process, and each would get some of the connections.
            throw new StartupException($"{key}: port {configured} is taken by another process.");
        }

        var port = configured ?? (claims.TryClaim(usual) ? usual : 0);
        for (var attempt = 0; port == 0; attempt++)
        {
            var offered = AskSystem();
            port = claims.TryClaim(offered) ? offered
                : attempt < MaxAttempts ? 0
                : throw new StartupException($"{key}: no free port was found on loopback.");
        }

        configuration[key] = port.ToString(CultureInfo.InvariantCulture);
        return port;
    }

    private static int AskSystem()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
