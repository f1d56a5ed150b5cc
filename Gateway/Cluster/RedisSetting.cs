using System.Net;
using OrleansTasks.Gateway.Hosting;
using StackExchange.Redis;

namespace OrleansTasks.Gateway.Cluster;

/// <summary>A setting that says where a Redis is. It may hold a password: what is said of it names the address alone.</summary>
public sealed class RedisSetting
{
    private readonly string _name;
    private readonly ConfigurationOptions _options;

    private RedisSetting(string name, ConfigurationOptions options)
    {
        _name = name;
        _options = options;
    }

    /// <summary>Reads a setting.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="name">The setting's name, with colons.</param>
    /// <returns>The setting.</returns>
    /// <exception cref="StartupException">It is missing, or cannot be read.</exception>
    public static RedisSetting Read(IConfiguration configuration, string name)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            throw new StartupException($"{name} is missing: the address of Redis is expected (redis:6379).");
        }

        try
        {
            var options = ConfigurationOptions.Parse(value);
            return options.EndPoints.OfType<DnsEndPoint>().All(IsHost) ? new RedisSetting(name, options) : throw CreateUnreadable(name);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The exception may repeat a part of a password, so that it is not passed on.
            throw CreateUnreadable(name);
        }
    }

    /// <summary>Connects to Redis, asks it whether it serves, and leaves it.</summary>
    /// <param name="cancellationToken">Ends the wait early; else it lasts as long as the options say, 5 s by default.</param>
    /// <exception cref="StartupException">It does not serve.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(_options).WaitAsync(cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException exception)
        {
            // Not its message, which speaks to programmers.
            throw CreateFailure($"{exception.FailureType}", exception);
        }
        catch (RedisTimeoutException exception)
        {
            throw CreateFailure("no answer in time", exception);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("LOADING", StringComparison.Ordinal))
        {
            throw CreateFailure("it is still reading its file", exception);
        }
    }

    // An address that is written as a URL is taken for a host's name, with the password that it may hold.
    private static bool IsHost(DnsEndPoint endPoint) => Uri.CheckHostName(endPoint.Host) != UriHostNameType.Unknown;

    private static StartupException CreateUnreadable(string name) =>
        new($"{name} cannot be read: host:port and StackExchange.Redis' options are expected (redis:6379,password=...).");

    private StartupException CreateFailure(string reason, Exception cause) =>
        new($"{_name}: Redis at {GetAddress()} cannot be reached ({reason}).", cause);

    private string GetAddress() => string.Join(", ", _options.EndPoints.Select(endPoint => endPoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => $"{endPoint}",
    }));
}
