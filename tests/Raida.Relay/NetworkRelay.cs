using System.Net;
using Raida.Relay.Datagrams;

namespace Raida.Relay;

/// <summary>
/// A bad network on this machine: stands before servers, for each one on a UDP and a TCP port of the same number, and relays both ways
/// what its conditions let through. It knows nothing of the protocol. Loopback only.
/// </summary>
/// <remarks>
/// A server's port that is closed is silence to a client behind the relay, since only a system can refuse a datagram; connections are
/// reset.
/// </remarks>
public sealed class NetworkRelay : IAsyncDisposable
{
    private readonly DelayQueue _delays;
    private readonly PeriodicTimer _sweepTimer;
    private readonly Task _sweeping;
    private int _disposed;

    private NetworkRelay(IReadOnlyList<RelayNode> nodes, DelayQueue delays, TimeProvider timeProvider)
    {
        Nodes = nodes;
        EndPoints = [.. nodes.Select(node => node.EndPoint)];
        _delays = delays;
        _sweepTimer = new PeriodicTimer(UdpRelay.MaxIdleTime / 4, timeProvider);
        _sweeping = SweepAsync();
    }

    /// <summary>One for each server, in the servers' order.</summary>
    public IReadOnlyList<RelayNode> Nodes { get; }

    /// <summary>Where clients reach the servers through the relay, in the servers' order.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>What has passed to all servers.</summary>
    public RelayCounters ToServers => RelayCounters.Sum(Nodes.Select(node => node.ToServer.Counters));

    /// <summary>What has passed back from all servers.</summary>
    public RelayCounters Back => RelayCounters.Sum(Nodes.Select(node => node.Back.Counters));

    /// <summary>Starts a relay as good as the network itself. All ports are open when the call has ended.</summary>
    /// <param name="servers">The servers, for example the end points of a local network.</param>
    /// <param name="seed">
    /// Where the dice start: with the same seed the n-th datagram of a server and direction has the same fate. Where several clients or
    /// requests run at a time, chance decides which one is the n-th.
    /// </param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>The running relay.</returns>
    /// <exception cref="ArgumentException">There is no server.</exception>
    /// <exception cref="IOException">The system has no free ports.</exception>
    public static Task<NetworkRelay> StartAsync(
        IReadOnlyList<IPEndPoint> servers,
        int seed = 0,
        CancellationToken cancellationToken = default) => StartAsync(servers, seed, TimeProvider.System, cancellationToken);

    /// <summary>Starts a relay as good as the network itself, which takes its delays from another clock.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="seed">Where the dice start.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>The running relay.</returns>
    /// <exception cref="ArgumentException">There is no server.</exception>
    /// <exception cref="IOException">The system has no free ports.</exception>
    public static async Task<NetworkRelay> StartAsync(
        IReadOnlyList<IPEndPoint> servers,
        int seed,
        TimeProvider timeProvider,
        CancellationToken cancellationToken = default)
    {
        if (servers.Count == 0)
        {
            throw new ArgumentException("At least one server expected.", nameof(servers));
        }

        var delays = new DelayQueue(timeProvider);
        var nodes = new List<RelayNode>(servers.Count);
        var isStarted = false;
        try
        {
            for (var i = 0; i < servers.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var seedOfNode = unchecked((seed * servers.Count) + i);
                nodes.Add(StartNode(i, servers[i], seedOfNode, delays, timeProvider));
            }

            isStarted = true;
            return new NetworkRelay(nodes, delays, timeProvider);
        }
        finally
        {
            if (!isStarted)
            {
                await StopAsync(nodes, delays).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives all servers' ways the same conditions in both directions.</summary>
    /// <param name="bothWays">The conditions, each of which counts once a direction: 10 % loss lets 81 of 100 answers arrive.</param>
    public void SetAll(RelayConditions bothWays) => SetAll(bothWays, bothWays);

    /// <summary>Gives all servers' ways the same conditions.</summary>
    /// <param name="toServer">Those on the way to a server.</param>
    /// <param name="back">Those on the way back.</param>
    public void SetAll(RelayConditions toServer, RelayConditions back)
    {
        foreach (var node in Nodes)
        {
            node.Set(toServer, back);
        }
    }

    /// <summary>Lets the same things not through at all on all servers' ways.</summary>
    /// <param name="switches">The switches.</param>
    /// <exception cref="IOException">Connections were refused, and another process that named one of the ports listens on it now.</exception>
    public void SetAll(RelaySwitches switches)
    {
        foreach (var node in Nodes)
        {
            node.Switches = switches;
        }
    }

    /// <summary>Closes every socket, resets open connections, drops what is on its way and waits until all that runs has ended.</summary>
    /// <returns>A task that ends when no port is bound any more.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _sweepTimer.Dispose();
            await _sweeping.ConfigureAwait(false);
            await StopAsync(Nodes, _delays).ConfigureAwait(false);
        }
    }

    private static RelayNode StartNode(int index, IPEndPoint server, int seed, DelayQueue delays, TimeProvider timeProvider)
    {
        var ports = PortPair.Keep(IPAddress.Loopback, 0);
        try
        {
            return new RelayNode(index, server, ports, seed, delays, timeProvider);
        }
        catch (IOException)
        {
            ports.Dispose();
            throw;
        }
    }

    private async Task SweepAsync()
    {
        while (await _sweepTimer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            foreach (var node in Nodes)
            {
                node.CloseIdle();
            }
        }
    }

    private static async Task StopAsync(IReadOnlyList<RelayNode> nodes, DelayQueue delays)
    {
        try
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
        finally
        {
            await delays.DisposeAsync().ConfigureAwait(false);
        }
    }
}
