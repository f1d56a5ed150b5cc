using System.Net;
using Raida.Relay.Connections;
using Raida.Relay.Datagrams;

namespace Raida.Relay;

/// <summary>What stands before one server: a UDP and a TCP port of the same number.</summary>
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

        // No two directions throw the same dice.
        ToServer = new RelayDirection(unchecked(seed * 2));
        Back = new RelayDirection(unchecked((seed * 2) + 1));

        // The one first that may fail.
        _tcp = new TcpRelay(ports.Tcp, this, timeProvider);
        _udp = new UdpRelay(ports.Udp, this, delays, timeProvider);
    }

    /// <summary>The server's number: 0 for the first.</summary>
    public int Index { get; }

    /// <summary>The server behind it.</summary>
    public IPEndPoint Server { get; }

    /// <summary>Where clients reach the server through the relay, by UDP and by TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What goes from clients to the server.</summary>
    public RelayDirection ToServer { get; }

    /// <summary>What goes back.</summary>
    public RelayDirection Back { get; }

    /// <summary>
    /// What is not let through at all; <see cref="RelaySwitches.None"/> at first. A change counts from the next datagram and the next
    /// connection on. The system gives the port to nobody else meanwhile.
    /// </summary>
    /// <exception cref="IOException">Connections were refused, and another process that named the port listens on it now.</exception>
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

    /// <summary>What became of the connections.</summary>
    public ConnectionCounters Connections => _tcp.Counters;

    /// <summary>
    /// How many clients have sent datagrams and are remembered, at most 64: each has a socket of its own towards the server. One that is
    /// silent for two minutes is forgotten.
    /// </summary>
    public int ClientCount => _udp.ClientCount;

    /// <summary>Gives a direction each its conditions.</summary>
    /// <param name="toServer">Those on the way to the server.</param>
    /// <param name="back">Those on the way back.</param>
    public void Set(RelayConditions toServer, RelayConditions back)
    {
        ToServer.Conditions = toServer;
        Back.Conditions = back;
    }

    /// <summary>Names it.</summary>
    /// <returns>For example <c>Relay 7 at 127.0.0.1:40007 to 127.0.0.1:50007</c>.</returns>
    public override string ToString() => $"Relay {Index} at {EndPoint} to {Server}";

    /// <summary>Closes the sockets and ends all that runs. Its relay does this for all its nodes.</summary>
    /// <returns>A task that ends when neither port is bound any more.</returns>
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
