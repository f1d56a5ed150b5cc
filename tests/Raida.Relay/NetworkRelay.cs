using System.Net;
using Raida.Relay.Datagrams;

namespace Raida.Relay;

/// <summary>
/// A bad network on this machine: a relay with a UDP and a TCP port of the same number for each server. Its conditions decide what it relays in
/// each direction. It does not know the protocol. Loopback only.
/// </summary>
/// <remarks>
/// Only an OS can refuse a datagram, so a client behind the relay gets no response from a closed port of a server. Connections to it are reset.
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

    /// <summary>The counts of all servers in the direction to the server.</summary>
    public RelayCounters ToServers => RelayCounters.Sum(Nodes.Select(node => node.ToServer.Counters));

    /// <summary>The counts of all servers in the direction back to the client.</summary>
    public RelayCounters Back => RelayCounters.Sum(Nodes.Select(node => node.Back.Counters));

    /// <summary>Starts a relay that passes everything unchanged. All its ports are open when the call returns.</summary>
    /// <param name="servers">The servers, for example the end points of a local network.</param>
    /// <param name="seed">
    /// The seed of random decisions: with the same seed, the n-th datagram of a server and direction has the same outcome. With concurrent
    /// requests, chance decides which of them is the n-th.
    /// </param>
    /// <exception cref="ArgumentException">There is no server.</exception>
    /// <exception cref="IOException">The OS has no free ports.</exception>
    public static Task<NetworkRelay> StartAsync(
        IReadOnlyList<IPEndPoint> servers,
        int seed = 0,
        CancellationToken cancellationToken = default) => StartAsync(servers, seed, TimeProvider.System, cancellationToken);

    /// <summary>Starts a relay whose delays depend on another clock.</summary>
    /// <inheritdoc cref="StartAsync(IReadOnlyList{IPEndPoint}, int, CancellationToken)" path="/exception" />
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

    /// <summary>Sets the conditions of all servers in both directions.</summary>
    /// <param name="bothWays">The conditions, which apply once in each direction: with 10 % loss, 81 of 100 replies arrive.</param>
    public void SetAll(RelayConditions bothWays) => SetAll(bothWays, bothWays);

    /// <summary>Sets the conditions of all servers.</summary>
    public void SetAll(RelayConditions toServer, RelayConditions back)
    {
        foreach (var node in Nodes)
        {
            node.Set(toServer, back);
        }
    }

    /// <summary>Sets the switches of all servers.</summary>
    /// <exception cref="IOException">Connections were refused, and meanwhile another process listens on one of the ports.</exception>
    public void SetAll(RelaySwitches switches)
    {
        foreach (var node in Nodes)
        {
            node.Switches = switches;
        }
    }

    /// <summary>Closes every socket, resets open connections, drops delayed datagrams and waits for all running work.</summary>
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
        var ports = PortPair.Bind(IPAddress.Loopback, 0, listens: false);
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
