using System.Net;
using Raida.LocalNetwork.Answering;
using Raida.LocalNetwork.Sockets;

namespace Raida.LocalNetwork;

/// <summary>One of the 25 agents of a <see cref="LocalRaidaNetwork"/>: a RAIDA on one UDP and one TCP port of the same number.</summary>
public sealed class LocalAgent : IAsyncDisposable
{
    private readonly SemaphoreSlim _switching = new(1, 1);
    private readonly RequestAnswerer _answerer;
    private readonly FaultSource _faults;

    // Open ports while the agent is up, a reserved port while it is down; neither once it is disposed.
    private AgentSockets? _sockets;
    private PortPair? _reserved;
    private bool _disposed;
    private volatile bool _isDown;

    internal LocalAgent(int raidaId, PortPair ports, LocalNetworkOptions options)
    {
        RaidaId = raidaId;
        EndPoint = ports.EndPoint;
        _answerer = new RequestAnswerer(raidaId, options.CoinId, options.Coins);
        _faults = new FaultSource(unchecked((options.Seed * RaidaNetwork.NodeCount) + raidaId));
        _sockets = new AgentSockets(ports, _answerer, _faults, Counters);
    }

    /// <summary>The agent's number, 0 to 24.</summary>
    public int RaidaId { get; }

    /// <summary>Where it listens, by UDP and by TCP.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What it has done so far.</summary>
    public AgentCounters Counters { get; } = new();

    /// <summary>What is wrong with it; <see cref="AgentFaults.None"/> at first. A change counts from the next request on.</summary>
    public AgentFaults Faults
    {
        get => _faults.Current;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _faults.Current = value;
        }
    }

    /// <summary>Whether the agent is down.</summary>
    public bool IsDown => _isDown;

    /// <summary>
    /// Takes the agent down, or up again at the same port. While it is down, datagrams and connections are refused as by a machine
    /// that is on and a server that is not; open connections are closed and delayed answers dropped. The new state is definite when
    /// the call has ended. Nobody else is given the port meanwhile.
    /// </summary>
    /// <param name="down">Whether it shall be down.</param>
    /// <param name="cancellationToken">Ends the waiting for another switch that is under way.</param>
    /// <returns>A task that ends when the agent is in the state.</returns>
    /// <exception cref="IOException">Somebody took the port in the moment of switching.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public async Task SetDownAsync(bool down, CancellationToken cancellationToken = default)
    {
        await _switching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (down && _sockets is { } open)
            {
                _sockets = null;
                _isDown = true;
                await open.DisposeAsync().ConfigureAwait(false);
                _reserved = PortPair.Reserve(EndPoint);
            }
            else if (!down && _sockets is null)
            {
                _reserved?.Dispose();
                _reserved = null;
                _sockets = new AgentSockets(PortPair.Open(EndPoint.Address, EndPoint.Port), _answerer, _faults, Counters);
                _isDown = false;
            }
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <summary>Names the agent.</summary>
    /// <returns>For example <c>RAIDA 7 at 127.0.0.1:50007</c>.</returns>
    public override string ToString() => $"RAIDA {RaidaId} at {EndPoint}";

    /// <summary>Closes the sockets and ends all that runs. Its network does this for all its agents.</summary>
    /// <returns>A task that ends when neither port is bound any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _switching.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            _reserved?.Dispose();
            _reserved = null;
            if (_sockets is { } open)
            {
                _sockets = null;
                await open.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _switching.Release();
        }
    }
}
