namespace Raida.Relay;

/// <summary>What one server's way does not let through at all. Immutable, as <see cref="RelayConditions"/> is.</summary>
public sealed record RelaySwitches
{
    /// <summary>Everything is let through.</summary>
    public static RelaySwitches None { get; } = new();

    /// <summary>Datagrams vanish, both ways, as in a firewall that lets TCP through only. What is on its way already arrives.</summary>
    public bool UdpBlocked { get; init; }

    /// <summary>New connections are refused by the system, as where nobody listens. Those that are open go on.</summary>
    public bool TcpRefused { get; init; }

    /// <summary>New connections are accepted, and nothing of them ever reaches the server. They end when the client ends them.</summary>
    public bool TcpStalled { get; init; }

    /// <summary>
    /// One connection is accepted per event, as the published server does: connections that arrive together jam the port. Set it before
    /// the first connection. Linux only.
    /// </summary>
    public bool AcceptsOncePerEvent { get; init; }
}
