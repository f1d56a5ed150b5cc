using System.Globalization;
using System.Net;
using OrleansTasks.Gateway.Hosting;
using Raida;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>Reads section <c>Raida</c> of the configuration: which network the silo speaks to.</summary>
internal sealed class RaidaSettings
{
    public const string Section = "Raida";
    public const string ServersKey = $"{Section}:Servers";
    public const string CoinIdKey = $"{Section}:CoinId";

    private RaidaSettings(IReadOnlyList<RaidaServer> servers, ushort coinId, KeyCoin? keyCoin)
    {
        Servers = servers;
        CoinId = coinId;
        KeyCoin = keyCoin;
    }

    /// <summary>The 25 servers, RAIDA 0 first; none when the local network is to be used.</summary>
    public IReadOnlyList<RaidaServer> Servers { get; }

    /// <summary>The network's coin id.</summary>
    public ushort CoinId { get; }

    /// <summary>The coin whose ANs encrypt every detect; null when coins' ANs travel in clear.</summary>
    public KeyCoin? KeyCoin { get; }

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="StartupException">A setting is wrong or missing; the message names it.</exception>
    public static RaidaSettings Read(IConfigurationRoot configuration)
    {
        // The key coin first: nothing else may be said of a coin that stands where others see it.
        var keyCoin = KeyCoinSetting.Read(configuration);
        RaidaSettingNames.ThrowIfUnknown(configuration);
        return new RaidaSettings(ReadServers(configuration), ReadCoinId(configuration), keyCoin);
    }

    private static List<RaidaServer> ReadServers(IConfiguration configuration)
    {
        var entries = configuration.GetSection(ServersKey).GetChildren().ToDictionary(entry => entry.Key, entry => entry.Value);
        if (entries.Count == 0)
        {
            return [];
        }

        var servers = new List<RaidaServer>(RaidaNetwork.NodeCount);
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            if (!entries.Remove(raida.ToString(CultureInfo.InvariantCulture), out var text))
            {
                throw new StartupException(
                    $"{ServersKey}:{raida} is missing: either all {RaidaNetwork.NodeCount} servers are set, 0 to "
                    + $"{RaidaNetwork.NodeCount - 1}, or none, which means the local network.");
            }

            servers.Add(RaidaServer.TryParse(text, out var server)
                ? server
                : throw new StartupException($"{ServersKey}:{raida}: \"{text}\" is not host:port (raida{raida}.example.org:50000)."));
        }

        if (entries.Count > 0)
        {
            throw new StartupException(
                $"{ServersKey}:{entries.Keys.First()} is not a server's number: 0 to {RaidaNetwork.NodeCount - 1} are expected.");
        }

        ThrowIfRepeated(servers);
        return servers;
    }

    /// <summary>A server has one number, and answers nothing to requests for another one.</summary>
    private static void ThrowIfRepeated(List<RaidaServer> servers)
    {
        var raidas = new Dictionary<(string Host, int Port), int>();
        for (var raida = 0; raida < servers.Count; raida++)
        {
            var server = servers[raida];
            if (!raidas.TryAdd((GetOneForm(server.Host), server.Port), raida))
            {
                var first = raidas[(GetOneForm(server.Host), server.Port)];
                throw new StartupException($"{ServersKey}:{raida}: \"{server}\" is {ServersKey}:{first} already.");
            }
        }
    }

    /// <summary>Addresses have several forms, and case and the dot at the end mean nothing in names.</summary>
    private static string GetOneForm(string host) =>
        IPAddress.TryParse(host, out var address) ? address.MapToIPv6().ToString() : host.TrimEnd('.').ToUpperInvariant();

    private static ushort ReadCoinId(IConfiguration configuration)
    {
        var text = configuration[CoinIdKey];
        if (string.IsNullOrEmpty(text))
        {
            return RaidaNetwork.CloudCoinId;
        }

        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var coinId)
            ? coinId
            : throw new StartupException($"{CoinIdKey}: \"{text}\" is not a whole number from 0 to {ushort.MaxValue}.");
    }
}
