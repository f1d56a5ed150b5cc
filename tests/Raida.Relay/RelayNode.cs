using System.Net;
using Raida.Relay.Connections;
using Raida.Relay.Datagrams;

namespace Raida.Relay;

/// <summary>The relay of one server: a UDP and a TCP port of the same number.</summary>
public sealed class RelayNode : IAsyncDisposable
{
    private readonly UdpRelay _udp;
    private readonly TcpRelay _tcp;

    private volatile RelaySwitches _switches = RelaySwitches.None;
    private int _disposed;

    internal RelayNode(int index, IPEndPoint server, PortPair ports, int seed, DelayQueue delays, TimeProvider timeProvider)
    {
        Index = index;
        Server = server;
        EndPoint = ports.EndPoint;

        // Every direction has a seed of its own.
        ToServer = new RelayDirection(unchecked(seed * 2));
        Back = new RelayDirection(unchecked((seed * 2) + 1));

        // This one first, as it may fail.
        _tcp = new TcpRelay(ports.Tcp, this, timeProvider);
        _udp = new UdpRelay(ports.Udp, this, delays, timeProvider);
    }

    /// <summary>The server's number: 0 for the first.</summary>
    public int Index { get; }

    /// <summary>The server behind it.</summary>
    public IPEndPoint Server { get; }

    /// <summary>Where clients reach the server through the relay, by UDP and by TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The direction from clients to the server.</summary>
    public RelayDirection ToServer { get; }

    /// <summary>The direction from the server back to clients.</summary>
    public RelayDirection Back { get; }

    /// <summary>
    /// What is blocked; <see cref="RelaySwitches.None"/> at first. A change applies from the next datagram and the next connection on.
    /// </summary>
    /// <exception cref="IOException">Connections were refused, and meanwhile another process listens on the port.</exception>
    public RelaySwitches Switches
    {
        get => _switches;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _switches = value;
            _tcp.SetRefusing(value.TcpRefused);
        }
    }

    /// <summary>The connections by outcome.</summary>
    public ConnectionCounters Connections => _tcp.Counters;

    /// <summary>
    /// The number of clients that have sent datagrams, at most 64. Each has a socket of its own to the server. A client that sends and receives
    /// nothing for two minutes is removed.
    /// </summary>
    public int ClientCount => _udp.ClientCount;

    /// <summary>Sets the conditions of both directions.</summary>
    public void Set(RelayConditions toServer, RelayConditions back)
    {
        ToServer.Conditions = toServer;
        Back.Conditions = back;
    }

    /// <summary>Describes the node, for example <c>Relay 7 at 127.0.0.1:40007 to 127.0.0.1:50007</c>.</summary>
    public override string ToString() => $"Relay {Index} at {EndPoint} to {Server}";

    /// <summary>Closes the sockets and waits for all running work. The relay disposes all its nodes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            await _udp.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _tcp.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal void CloseIdle() => _udp.CloseIdle();
}
