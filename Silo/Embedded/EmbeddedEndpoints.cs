using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// The ports on loopback that the embedded silo listens on: the configured ones, else Orleans' default ports, else, if those are taken or 0 is
/// configured, free ones. The HTTP interface needs neither; a separate gateway process connects to the second.
/// </summary>
internal static class EmbeddedEndpoints
{
    private const string Section = "Orleans:Endpoints";
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;

    /// <summary>Chooses both ports, and puts them into the configuration, from which Orleans reads them too.</summary>
    /// <exception cref="StartupException">A configured port is invalid or taken.</exception>
    public static (int SiloPort, int GatewayPort) Choose(IConfiguration configuration) => (
        Choose(configuration, $"{Section}:SiloPort", DefaultSiloPort),
        Choose(configuration, $"{Section}:GatewayPort", DefaultGatewayPort));

    private static int Choose(IConfiguration configuration, string key, int defaultPort)
    {
        var text = configuration[key];
        int[] candidates = string.IsNullOrEmpty(text) ? [defaultPort, 0]
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var configured) ? [configured]
            : throw new StartupException($"{key}: \"{text}\" is not a port from 0 to {ushort.MaxValue}.");

        // Orleans itself would share a port with another process, and each would get some of the connections.
        var port = candidates.Select(TryBind).FirstOrDefault(bound => bound is not null)
            ?? throw new StartupException($"{key}: port {text} is in use by another process.");
        configuration[key] = port.ToString(CultureInfo.InvariantCulture);
        return port;
    }

    /// <summary>The port, or a free one for 0; null if it is taken.</summary>
    private static int? TryBind(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return ((IPEndPoint)probe.LocalEndPoint!).Port;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return null;
        }
    }
}
