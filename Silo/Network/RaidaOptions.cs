using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using OrleansTasks.ServiceDefaults;
using Raida;

namespace OrleansTasks.Silo.Network;

/// <summary>Which RAIDA network the silo calls, and how long it waits for its servers: section <c>Raida</c> of the configuration.</summary>
internal sealed class RaidaOptions
{
    public const string Section = "Raida";

    /// <summary>See <see cref="KeyCoinRequired"/>.</summary>
    public const string KeyCoinRequiredKey = $"{Section}:{nameof(KeyCoinRequired)}";

    private const string ServersKey = $"{Section}:{nameof(Servers)}";

    /// <summary>The 25 servers as <c>host:port</c>, with the keys 0 to 24; empty for a local network.</summary>
    public Dictionary<string, string> Servers { get; set; } = [];

    /// <summary>The network's coin id; that of CloudCoin by default.</summary>
    public ushort CoinId { get; set; } = RaidaNetwork.CloudCoinId;

    /// <summary>The path of a coin file with the key coin; see <see cref="KeyCoinSetting"/>.</summary>
    public string? KeyCoinFile { get; set; }

    /// <summary>The JSON of a coin file with the key coin; accepted from the environment or the directory of settings only.</summary>
    public string? KeyCoin { get; set; }

    /// <summary>
    /// Whether the silo only starts with a key coin; false by default. In a cluster, a silo for which it is true makes all others need one.
    /// </summary>
    public bool? KeyCoinRequired { get; set; }

    /// <summary>
    /// How long an echo waits for its reply; 2 s by default, the published timeout; 10 ms to 5 s, the longest published. A slow or
    /// unresponsive server is waited for longer, up to 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:05")]
    public TimeSpan EchoDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long each datagram of a detect waits for its reply; 3 s by default, the published timeout; 10 ms to 6 s, the longest published.
    /// A slow or unresponsive server is waited for longer, up to 6 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:06")]
    public TimeSpan DetectDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>After how many consecutive failures a server is not asked until a probe gets a reply; 3 by default, 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int FailuresUntilSkipped { get; set; } = 3;

    /// <summary>Parses the servers, RAIDA 0 first.</summary>
    /// <exception cref="StartupException">They are not 25 different addresses.</exception>
    public List<RaidaServer> ParseServers()
    {
        if (Servers.Count == 0)
        {
            return [];
        }

        string[] keys = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => raida.ToString(CultureInfo.InvariantCulture))];
        if (keys.Except(Servers.Keys).FirstOrDefault() is { } missing)
        {
            throw new StartupException($"{ServersKey}:{missing} is missing: set all servers, {keys[0]} to {keys[^1]}, or none to use a local network.");
        }

        if (Servers.Keys.Except(keys).FirstOrDefault() is { } unknown)
        {
            throw new StartupException($"{ServersKey}:{unknown} is not a server's number: {keys[0]} to {keys[^1]} are expected.");
        }

        var servers = new List<RaidaServer>(keys.Length);
        var numbers = new Dictionary<(string Host, int Port), int>();
        for (var raida = 0; raida < keys.Length; raida++)
        {
            var text = Servers[keys[raida]];
            if (!RaidaServer.TryParse(text, out var server))
            {
                throw new StartupException($"{ServersKey}:{raida}: \"{text}\" is not host:port (raida{raida}.example.org:50000).");
            }

            // A server has one number, and does not reply to requests for another one.
            if (!numbers.TryAdd((Normalize(server.Host), server.Port), raida))
            {
                throw new StartupException(
                    $"{ServersKey}:{raida}: \"{text}\" is already {ServersKey}:{numbers[(Normalize(server.Host), server.Port)]}.");
            }

            servers.Add(server);
        }

        return servers;
    }

    /// <summary>Addresses have several forms; case and a trailing dot have no meaning in names.</summary>
    private static string Normalize(string host) =>
        IPAddress.TryParse(host, out var address) ? address.MapToIPv6().ToString() : host.TrimEnd('.').ToUpperInvariant();
}

[OptionsValidator]
internal sealed partial class RaidaOptionsValidator : IValidateOptions<RaidaOptions>;
