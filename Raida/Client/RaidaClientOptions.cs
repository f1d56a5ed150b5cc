using System.Net;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>Which network a <see cref="RaidaClient"/> speaks to, and how much at a time.</summary>
public sealed class RaidaClientOptions
{
    /// <summary>The 25 servers, RAIDA 0 first.</summary>
    public required IReadOnlyList<RaidaServer> Servers { get; init; }

    /// <summary>The network's coin id; 6, CloudCoin's, by default.</summary>
    public ushort CoinId { get; init; } = RaidaNetwork.CloudCoinId;

    /// <summary>The coin whose ANs encrypt every detect; none by default, and then coins' ANs travel in clear.</summary>
    public KeyCoin? KeyCoin { get; init; }

    /// <summary>
    /// How many requests may be on their way to one server; 64 by default. A full datagram takes 2,304 bytes of the receiver's
    /// socket buffer, of which Linux gives 212,992 by default: 92 of them sent at once fit, the next are lost.
    /// </summary>
    public int MaxInFlightPerServer { get; init; } = 64;

    /// <summary>How many more requests may wait for their turn at one server; 8,192 by default. One more is not sent.</summary>
    public int MaxWaitingPerServer { get; init; } = 8192;

    /// <summary>
    /// How long a request may wait for its turn; 10 minutes by default. That a line is long says nothing of the server: requests wait
    /// until whoever asked gives them up, and this is only the last bound.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a TCP connection may take to be made; 5 s by default, the published timeout.</summary>
    public TimeSpan TcpConnectDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the answer over a TCP connection may take from then on; 10 s by default, the published timeout.</summary>
    public TimeSpan TcpAnswerDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether every verdict but "all authentic" counts only when it is told twice; true by default. It doubles the requests for coins that
    /// are not authentic, and keeps a bit that was flipped on the way from making a good coin counterfeit.
    /// </summary>
    public bool ConfirmsVerdicts { get; init; } = true;

    /// <summary>Finds servers' addresses; the system's resolver by default.</summary>
    public HostResolver ResolveHost { get; init; } = Dns.GetHostAddressesAsync;
}
