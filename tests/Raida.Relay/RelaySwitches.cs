namespace Raida.Relay;

/// <summary>What the relay of one server blocks. Immutable, as <see cref="RelayConditions"/> is.</summary>
public sealed record RelaySwitches
{
    /// <summary>Nothing is blocked.</summary>
    public static RelaySwitches None { get; } = new();

    /// <summary>Datagrams are dropped in both directions, as by a firewall that passes only TCP. Delayed ones still arrive.</summary>
    public bool UdpBlocked { get; init; }

    /// <summary>The OS refuses new connections, as where no process listens. Open ones continue.</summary>
    public bool TcpRefused { get; init; }

    /// <summary>New connections are accepted, but never reach the server. They end when the client closes them.</summary>
    public bool TcpStalled { get; init; }

    /// <summary>
    /// One connection is accepted per event, as by the published server: connections that arrive together leave the listen queue stuck. Set it
    /// before the first connection. Linux only.
    /// </summary>
    public bool AcceptsOncePerEvent { get; init; }
}
