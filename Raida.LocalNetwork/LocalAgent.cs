using System.Diagnostics.CodeAnalysis;
using System.Net;
using Raida.LocalNetwork.Answering;
using Raida.LocalNetwork.Sockets;

namespace Raida.LocalNetwork;

/// <summary>One of the 25 agents of a <see cref="LocalRaidaNetwork"/>: a RAIDA on a UDP and a TCP port of the same number.</summary>
public sealed class LocalAgent : IAsyncDisposable
{
    private readonly SemaphoreSlim _switching = new(1, 1);
    private IAsyncDisposable[] _endpoints = [];

    /// <summary>Keeps the port while the agent is down.</summary>
    private PortPair? _reserved;
    private bool _disposed;
    private volatile bool _isDown;

    internal LocalAgent(int raidaId, LocalNetworkOptions options)
    {
        RaidaId = raidaId;
        Answerer = new RequestAnswerer(raidaId, options.CoinId, options.Coins);
        EndPoint = Open(options.Address, options.FirstPort == 0 ? 0 : options.FirstPort + raidaId);
    }

    /// <summary>The agent's number, 0 to 24.</summary>
    public int RaidaId { get; }

    /// <summary>Where it listens, by UDP and by TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What it has received so far.</summary>
    public AgentCounters Counters { get; } = new();

    /// <summary>Its faults; <see cref="AgentFaults.None"/> at first. A change applies from the next request on.</summary>
    public AgentFaults Faults { get; set; } = AgentFaults.None;

    /// <summary>Whether the agent is down.</summary>
    public bool IsDown => _isDown;

    internal RequestAnswerer Answerer { get; }

    /// <summary>
    /// Takes the agent down, or up again at the same port. While it is down, the OS refuses datagrams and connections, as where no server
    /// runs; open connections are closed, delayed answers are dropped, and no other process can take the port.
    /// </summary>
    /// <returns>Completes when the agent is in the new state.</returns>
    /// <exception cref="IOException">Another process took the port during the change.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public async Task SetDownAsync(bool down, CancellationToken cancellationToken = default)
    {
        await _switching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (down == _isDown)
            {
                return;
            }

            if (down)
            {
                _isDown = true;
                await CloseAsync().ConfigureAwait(false);
                _reserved = PortPair.Reserve(EndPoint);
            }
            else
            {
                _reserved?.Dispose();
                Open(EndPoint.Address, EndPoint.Port);
                _isDown = false;
            }
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <summary>Closes the sockets and waits for all running work. The network disposes all its agents.</summary>
    public async ValueTask DisposeAsync()
    {
        await _switching.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            _reserved?.Dispose();
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _switching.Release();
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The endpoints own the sockets, and CloseAsync disposes the endpoints.")]
    private IPEndPoint Open(IPAddress address, int port)
    {
        var ports = PortPair.Bind(address, port, listens: true);
        _endpoints = [new UdpEndpoint(ports.Udp, this), new TcpEndpoint(ports.Tcp, this)];
        return ports.EndPoint;
    }

    private async Task CloseAsync()
    {
        var open = _endpoints;
        _endpoints = [];
        await Task.WhenAll(open.Select(endpoint => endpoint.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
