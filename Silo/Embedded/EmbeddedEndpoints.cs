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

    /// <summary>Chooses both ports and puts them into the configuration, from where Orleans reads them too.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>The ports.</returns>
    /// <exception cref="StartupException">A configured port is none.</exception>
    public static (int SiloPort, int GatewayPort) Choose(IConfiguration configuration) =>
        (Choose(configuration, $"{Section}:SiloPort", UsualSiloPort), Choose(configuration, $"{Section}:GatewayPort", UsualGatewayPort));

    private static int Choose(IConfiguration configuration, string key, int usual)
    {
        var configured = configuration.GetValue<int?>(key);
        if (configured is < 0 or > ushort.MaxValue)
        {
            throw new StartupException($"{key} is outside 0 to {ushort.MaxValue}.");
        }

        if (configured > 0 && !IsFree(configured.Value))
        {
            // Orleans itself would listen there beside the other process, and each would get some of the connections.
            throw new StartupException($"{key}: port {configured} is taken by another process.");
        }

        var port = configured ?? (IsFree(usual) ? usual : 0);

        if (port == 0)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        configuration[key] = port.ToString(CultureInfo.InvariantCulture);
        return port;
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
