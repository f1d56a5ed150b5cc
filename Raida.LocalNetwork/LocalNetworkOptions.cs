using System.Net;

namespace Raida.LocalNetwork;

/// <summary>The options of a <see cref="LocalRaidaNetwork"/>.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>The highest <see cref="FirstPort"/>: RAIDA 24 then has port 65,535.</summary>
    public const int MaxFirstPort = ushort.MaxValue - RaidaNetwork.NodeCount + 1;

    /// <summary>The address to listen on; 127.0.0.1 by default, which other machines cannot reach.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>
    /// The port of RAIDA 0, which the others follow in order; at most <see cref="MaxFirstPort"/>. By default 0: ports that the OS assigns,
    /// which never collide.
    /// </summary>
    public int FirstPort { get; init; }

    /// <summary>The network's coin id; 6, CloudCoin's, by default. Requests with another one get status 7.</summary>
    public ushort CoinId { get; init; } = RaidaNetwork.CloudCoinId;

    /// <summary>The coins that the agents know; a new <see cref="LocalCoinStore.CreateDefault"/> by default.</summary>
    public LocalCoinStore Coins { get; init; } = LocalCoinStore.CreateDefault();

    /// <summary>The address for clients on this machine: loopback if the agents listen on every address.</summary>
    internal IPAddress ReachableAddress =>
        Address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : Address;
}
