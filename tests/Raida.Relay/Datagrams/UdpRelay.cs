using System.Net;
using System.Net.Sockets;
using static Raida.Relay.RelayDirection;

namespace Raida.Relay.Datagrams;

/// <summary>Relays datagrams between clients and one server. Owns its socket.</summary>
internal sealed class UdpRelay : IAsyncDisposable
{
    /// <summary>The longest datagram that is relayed; RAIDA servers accept 1,440 bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>The largest number of clients at a time.</summary>
    public const int MaxClients = 64;

    /// <summary>After this time without a datagram a client is removed. No datagram is delayed that long.</summary>
    public static readonly TimeSpan MaxIdleTime = RelayConditions.MaxDelay * 4;

    private readonly Socket _listening;
    private readonly RelayNode _node;
    private readonly DelayQueue _delays;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();
    private readonly Dictionary<SocketAddress, ClientPath> _paths = [];
    private readonly BoundedTasks _receivingFromServer = new(MaxClients);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _receiving;

    public UdpRelay(Socket listening, RelayNode node, DelayQueue delays, TimeProvider timeProvider)
    {
        _listening = UdpSockets.Enlarge(listening);
        _node = node;
        _delays = delays;
        _timeProvider = timeProvider;
        _receiving = Task.Run(ReceiveAsync);
    }

    public int ClientCount
    {
        get
        {
            lock (_gate)
            {
                return _paths.Count;
            }
        }
    }

    /// <summary>Removes idle clients.</summary>
    public void CloseIdle()
    {
        ClientPath[] idle;
        lock (_gate)
        {
            idle = [.. _paths.Values.Where(path => path.IdleTime >= MaxIdleTime)];
        }

        foreach (var path in idle)
        {
            path.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _receiving.ConfigureAwait(false);
            await _receivingFromServer.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _listening.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        // One byte more, to distinguish a truncated datagram from one that just fits.
        var buffer = new byte[MaxLength + 1];
        var client = new SocketAddress(_listening.AddressFamily);
        while (true)
        {
            try
            {
                var length = await _listening.ReceiveFromAsync(buffer, SocketFlags.None, client, _stopping.Token).ConfigureAwait(false);
                if (IsPassed(length, _node.ToServer) && FindPath(client) is { } path)
                {
                    path.Touch();
                    path.ToServer.Pass(buffer.AsSpan(0, length));
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception) when (UdpSockets.ConcernsOneDatagram(exception.SocketErrorCode))
            {
                // An earlier datagram found its client's port closed. Other clients are not affected.
            }
        }
    }

    private bool IsPassed(int length, RelayDirection direction)
    {
        if (length <= MaxLength && !_node.Switches.UdpBlocked)
        {
            return true;
        }

        CountStopped(direction, length > MaxLength ? Counted.Dropped : Counted.Blocked);
        return false;
    }

    private static void CountStopped(RelayDirection direction, Counted why)
    {
        direction.Count(why);
        direction.Count(Counted.Received);
    }

    private ClientPath? FindPath(SocketAddress client)
    {
        lock (_gate)
        {
            if (_paths.TryGetValue(client, out var known))
            {
                return known;
            }

            if (!_receivingFromServer.TryReserve())
            {
                CountStopped(_node.ToServer, Counted.Dropped);
                return null;
            }

            var path = new ClientPath(Copy(client), _listening, _node, _delays, _timeProvider);
            _paths.Add(path.Client, path);
            _receivingFromServer.Run(stopping => ReceiveFromServerAsync(path, stopping));
            return path;
        }
    }

    private async Task ReceiveFromServerAsync(ClientPath path, CancellationToken stopping)
    {
        try
        {
            using var _ = stopping.UnsafeRegister(static state => ((ClientPath)state!).Dispose(), path);
            var buffer = new byte[MaxLength + 1];
            while (await path.ReceiveAsync(buffer).ConfigureAwait(false) is { } length)
            {
                if (IsPassed(length, _node.Back))
                {
                    path.Back.Pass(buffer.AsSpan(0, length));
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _paths.Remove(path.Client);
            }

            path.Dispose();
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
