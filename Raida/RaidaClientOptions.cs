using System.Net;
using Raida.Protocol;

namespace Raida;

/// <summary>The network of a <see cref="RaidaClient"/>, and how long it is waited for.</summary>
public sealed class RaidaClientOptions
{
    /// <summary>The 25 servers, RAIDA 0 first.</summary>
    public required IReadOnlyList<RaidaServer> Servers { get; init; }

    /// <summary>The network's coin id; 6, CloudCoin's, by default.</summary>
    public ushort CoinId { get; init; } = RaidaNetwork.CloudCoinId;

    /// <summary>The coin whose ANs encrypt every detect; none by default, and then coins' ANs are sent unencrypted.</summary>
    public KeyCoin? KeyCoin { get; init; }

    /// <summary>
    /// How long an echo waits for its reply; 2 s by default, the published timeout. A slow or unresponsive server is waited for longer, up
    /// to 5 s.
    /// </summary>
    public TimeSpan EchoTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long each datagram of a detect waits for its reply; 3 s by default, the published timeout. A slow or unresponsive server is
    /// waited for longer, up to 6 s.
    /// </summary>
    public TimeSpan DetectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After how many consecutive failures a server is not asked until a probe gets a reply; 3 by default.</summary>
    public int FailuresUntilDown { get; init; } = 3;

    /// <summary>
    /// How many requests may be in flight to one server. A full datagram takes 2,304 bytes of the receiver's socket buffer, of which Linux
    /// gives 212,992 by default: 92 of them sent at once fit, the next are lost.
    /// </summary>
    internal int MaxInFlightPerServer { get; init; } = 64;

    /// <summary>Whether a reply other than "all authentic" must be confirmed by a second, equal one.</summary>
    internal bool ConfirmsVerdicts { get; init; } = true;

    /// <summary>Resolves the servers' names. No address, like an exception, means that a name does not resolve.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> ResolveHost { get; init; } = Dns.GetHostAddressesAsync;
}
