using System.Globalization;
using OrleansTasks.Gateway.Hosting;
using Raida;
using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Silo.Network;

/// <summary>Reads section <c>Raida</c> of the configuration: which network the silo speaks to.</summary>
internal sealed class RaidaSettings
{
    private const string Section = "Raida";
    private const string ServersKey = $"{Section}:Servers";
    private const string CoinIdKey = $"{Section}:CoinId";

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
    public static RaidaSettings Read(IConfiguration configuration)
    {
        return new RaidaSettings(ReadServers(configuration), ReadCoinId(configuration), KeyCoinSetting.Read(configuration));
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

        return entries.Count == 0
            ? servers
            : throw new StartupException(
                $"{ServersKey}:{entries.Keys.First()} is not a server's number: 0 to {RaidaNetwork.NodeCount - 1} are expected.");
    }

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
