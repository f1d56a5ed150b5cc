using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Connections;

/// <summary>Relays connections between clients and one server. Owns its socket.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    /// <summary>The most connections at a time; those beyond wait in the system's queue.</summary>
    public const int MaxConnections = 256;

    private readonly IPEndPoint _endPoint;
    private readonly RelayNode _node;
    private readonly TimeProvider _timeProvider;
    private readonly BoundedTasks _connections = new(MaxConnections);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // Bound and never listening, so that nobody is given the port in the moment in which listening ends.
    private readonly Socket _keeper;

    // Null while connections are refused.
    private volatile Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _accepted;
    private long _stalled;
    private long _unreached;
    private int _open;

    public TcpRelay(Socket keeper, RelayNode node, TimeProvider timeProvider)
    {
        _keeper = keeper;
        _endPoint = (IPEndPoint)keeper.LocalEndPoint!;
        _node = node;
        _timeProvider = timeProvider;
        Listen();
    }

    public ConnectionCounters Counters => new(
        Interlocked.Read(ref _accepted),
        Interlocked.Read(ref _stalled),
        Interlocked.Read(ref _unreached),
        Volatile.Read(ref _open));

    /// <summary>Has the system refuse connections, or take them again. It does when the call has ended.</summary>
    /// <exception cref="IOException">Somebody listens on the port meanwhile.</exception>
    public void SetRefusing(bool isRefusing)
    {
        lock (_gate)
        {
            if (isRefusing == (_listener is null) || _stopping.IsCancellationRequested)
            {
                return;
            }

            if (isRefusing)
            {
                // In this order: the accepting one that finds its socket closed looks whether it is still the right one.
                var listener = _listener;
                _listener = null;
                listener?.Dispose();
            }
            else
            {
                Listen();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task accepting;
        lock (_gate)
        {
            _stopping.Cancel();
            accepting = _accepting;
        }

        try
        {
            await accepting.ConfigureAwait(false);
            await _connections.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _listener?.Dispose();
            _keeper.Dispose();
            _stopping.Dispose();
        }
    }

    private void Listen()
    {
        var listener = new Socket(_endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(_endPoint);
            listener.Listen();
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException($"TCP port {_endPoint.Port} of {_endPoint.Address} is taken by somebody else", exception);
        }

        _listener = listener;
        _accepting = Task.WhenAll(_accepting, Task.Run(() => AcceptAsync(listener)));
    }

    private async Task AcceptAsync(Socket listener)
    {
        EdgeTriggeredListener? edgeTriggered = null;
        try
        {
            while (true)
            {
                await _connections.TakeRoomAsync(_stopping.Token).ConfigureAwait(false);
                edgeTriggered ??= _node.Switches.AcceptsOncePerEvent && listener == _listener ? new EdgeTriggeredListener(listener) : null;
                var accepting = edgeTriggered?.AcceptAsync(_stopping.Token) ?? AcceptNextAsync(listener);
                if (await accepting.ConfigureAwait(false) is not { } client)
                {
                    // Gives the room back.
                    _connections.Run(_ => Task.CompletedTask);
                    return;
                }

                Interlocked.Increment(ref _accepted);
                Interlocked.Increment(ref _open);
                _connections.Run(stopping => ServeAsync(client, stopping));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The relay ends.
        }
        finally
        {
            edgeTriggered?.Dispose();
        }
    }

    /// <summary>Waits for the next connection; null when this listener takes no more.</summary>
    private async Task<Socket?> AcceptNextAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (listener != _listener && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // That client has gone again; the next one, then.
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stopping)
    {
        using var _ = client;
        try
        {
            var connection = new RelayedConnection(client, _node, _timeProvider);
            if (_node.Switches.TcpStalled)
            {
                Interlocked.Increment(ref _stalled);
                await connection.StallAsync(stopping).ConfigureAwait(false);
            }
            else if (!await connection.RelayAsync(stopping).ConfigureAwait(false))
            {
                Interlocked.Increment(ref _unreached);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
