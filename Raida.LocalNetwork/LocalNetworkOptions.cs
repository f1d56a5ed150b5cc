using System.Net;

namespace Raida.LocalNetwork;

/// <summary>What a <see cref="LocalRaidaNetwork"/> is started with.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>The highest <see cref="FirstPort"/>: RAIDA 24 then has port 65,535.</summary>
    public const int MaxFirstPort = ushort.MaxValue - RaidaNetwork.NodeCount + 1;

    /// <summary>The address of this machine to listen on. Default: 127.0.0.1, so that only this machine gets in.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>
    /// RAIDA 0's port, the others following by their number; 0 to <see cref="MaxFirstPort"/>. Default: 0, ports that the system
    /// gives out, which never collide.
    /// </summary>
    public int FirstPort { get; init; }

    /// <summary>The network's coin id; requests for another one are answered with status 7. Default: 6, CloudCoin's.</summary>
    public ushort CoinId { get; init; } = RaidaNetwork.CloudCoinId;

    /// <summary>The coins that the agents know. Default: a new <see cref="LocalCoinStore.CreateDefault"/>.</summary>
    public LocalCoinStore Coins { get; init; } = LocalCoinStore.CreateDefault();

    /// <summary>Where the dice for losses and jitter start: the same seed loses the same datagrams. Default: 0.</summary>
    public int Seed { get; init; }
}
