using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace OrleansTasks.ServiceDefaults;

/// <summary>A setting with the address of a Redis. It may hold a password, so messages name only the address.</summary>
public sealed class RedisSetting
{
    /// <summary>
    /// How often a connection checks whether Redis is a primary or a replica, in seconds. After a failover, StackExchange.Redis sends no writes
    /// until it has noticed the new role; its default is 60.
    /// </summary>
    private const string RoleCheck = "configCheckSeconds";
    private const string RoleCheckSeconds = "2";

    private readonly string _name;
    private readonly ConfigurationOptions _options;

    private RedisSetting(string name, ConfigurationOptions options)
    {
        _name = name;
        _options = options;
    }

    /// <summary>Reads a setting, and adds the role check to it in the configuration, because Orleans parses the same value.</summary>
    /// <exception cref="StartupException">It is missing or malformed.</exception>
    public static RedisSetting Read(IConfiguration configuration, string name)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            throw new StartupException($"{name} is missing: the address of Redis is expected (redis:6379).");
        }

        if (!value.Contains(RoleCheck, StringComparison.OrdinalIgnoreCase))
        {
            value = configuration[name] = $"{value},{RoleCheck}={RoleCheckSeconds}";
        }

        try
        {
            // A host name check, because an address that is written as a URL is parsed as a host's name, with the password that it may hold.
            var options = ConfigurationOptions.Parse(value);
            return options.EndPoints.OfType<DnsEndPoint>().All(endPoint => Uri.CheckHostName(endPoint.Host) != UriHostNameType.Unknown)
                ? new RedisSetting(name, options)
                : throw new FormatException();
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // Without the inner exception, which may repeat part of a password.
            throw new StartupException($"{name} is malformed: host:port and StackExchange.Redis' options are expected (redis:6379,password=...).");
        }
    }

    /// <summary>The address of this machine from which it reaches Redis.</summary>
    /// <returns>Null if Redis is on this machine, or cannot be reached.</returns>
    public async Task<IPAddress?> FindLocalAddressAsync()
    {
        try
        {
            // Connecting a datagram socket sends nothing: the kernel looks up the route.
            var endPoint = _options.EndPoints[0];
            using var socket = endPoint is DnsEndPoint
                ? new Socket(SocketType.Dgram, ProtocolType.Udp)
                : new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(endPoint);
            var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return IPAddress.IsLoopback(address) ? null : address;
        }
        catch (SocketException)
        {
            // CheckAsync reports it.
            return null;
        }
    }

    /// <summary>Connects to Redis and pings it. Waits as long as the setting's options say, 5 s by default.</summary>
    /// <exception cref="StartupException">It cannot be reached.</exception>
    public Task CheckAsync() => UseAsync(static database => database.PingAsync());

    /// <summary>Connects to Redis for some commands. Waits as long as the setting's options say, 5 s by default.</summary>
    /// <exception cref="StartupException">It cannot be reached, or rejects a command.</exception>
    public async Task UseAsync(Func<IDatabase, Task> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(_options);
            await use(connection.GetDatabase());
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
        {
            // The exceptions' own messages are for programmers, except those that Redis sends.
            var reason = exception switch
            {
                RedisConnectionException connection => $"{connection.FailureType}",
                RedisTimeoutException => "timeout",
                _ => exception.Message,
            };
            var address = string.Join(", ", _options.EndPoints.Select(point => point is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{point}"));
            throw new StartupException($"{_name}: cannot reach Redis at {address} ({reason}).", exception);
        }
    }
}
