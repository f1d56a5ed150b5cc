using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Silo;

/// <summary>
/// The silo's ports: the configured ones, else Orleans' defaults, else, if those are taken or 0 is configured, free ones. Orleans itself would
/// share a port with another process: each would get some of the connections, and the newer silo would declare the older one dead.
/// </summary>
internal static partial class SiloEndpoints
{
    private const string Section = "Orleans:Endpoints";
    private const string AddressKey = $"{Section}:AdvertisedIPAddress";
    private const string SiloPortKey = $"{Section}:SiloPort";
    private const string GatewayPortKey = $"{Section}:GatewayPort";
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;

    /// <summary>Chooses the ports, keeps them for Orleans, and puts them into the configuration, from which Orleans reads them too.</summary>
    /// <param name="isGatewayOptional">Whether there is a port for gateways only if the configuration names one.</param>
    /// <returns>The port for gateways is 0 if there is none.</returns>
    /// <exception cref="StartupException">A configured port is invalid or taken.</exception>
    public static (int SiloPort, int GatewayPort) Choose(WebApplicationBuilder builder, IPAddress address, bool isGatewayOptional)
    {
        List<Socket> sockets = [Choose(builder.Configuration, address, SiloPortKey, DefaultSiloPort)];
        if (!isGatewayOptional || builder.Configuration[GatewayPortKey] is not (null or "" or "0"))
        {
            sockets.Add(Choose(builder.Configuration, address, GatewayPortKey, DefaultGatewayPort));
        }

        builder.Services.AddHostedService(_ => new PortReservation(sockets));
        return (GetPort(sockets[0]), sockets.Count > 1 ? GetPort(sockets[1]) : 0);
    }

    /// <summary>
    /// The address that other processes reach the silo at: the configured one, where a name is replaced by its address; else the one from which the
    /// silo reaches Redis, so that the cluster's traffic stays in that network. Orleans would take the first of any network.
    /// </summary>
    /// <returns>Null if Redis is on this machine: then Orleans chooses.</returns>
    /// <exception cref="StartupException">The name is unknown, or the address is not one of this machine.</exception>
    public static async Task<IPAddress?> ResolveAdvertisedAsync(IConfiguration configuration, RedisSetting redis)
    {
        var text = configuration[AddressKey];
        if (string.IsNullOrEmpty(text))
        {
            var local = await redis.FindLocalAddressAsync();
            configuration[AddressKey] = local?.ToString();
            return local;
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(text);
            var address = Array.Find(addresses, candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, 0));
            configuration[AddressKey] = address.ToString();
            return address;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new StartupException($"{AddressKey}: \"{text}\" is not an address of this machine: {exception.Message}", exception);
        }
    }

    /// <summary>Logs the ports once the host has started.</summary>
    public static void LogSiloEndpoints(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
        LogPorts(app.Logger, app.Configuration[SiloPortKey], app.Configuration[GatewayPortKey]));

    private static Socket Choose(ConfigurationManager configuration, IPAddress address, string key, int defaultPort)
    {
        var text = configuration[key];
        int[] candidates = string.IsNullOrEmpty(text) ? [defaultPort, 0]
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var configured) ? [configured]
            : throw new StartupException($"{key}: \"{text}\" is not a port from 0 to {ushort.MaxValue}.");
        var socket = candidates.Select(candidate => TryBind(address, candidate)).FirstOrDefault(bound => bound is not null)
            ?? throw new StartupException($"{key}: port {text} is in use by another process.");
        configuration[key] = GetPort(socket).ToString(CultureInfo.InvariantCulture);
        return socket;
    }

    private static int GetPort(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>A socket that is bound to the port, or to a free one for 0; null if it is taken.</summary>
    private static Socket? TryBind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Dispose();
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The silo listens on port {SiloPort}, and on port {GatewayPort} for gateways.")]
    private static partial void LogPorts(ILogger logger, string? siloPort, string? gatewayPort);

    /// <summary>
    /// Sockets that are bound and do not listen: the OS gives their ports to nobody else, and Orleans can listen on them once the host starts, since
    /// both set SO_REUSEADDR. A hosted service so that the host disposes of them.
    /// </summary>
    private sealed class PortReservation(List<Socket> sockets) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => sockets.ForEach(static socket => socket.Dispose());
    }
}
