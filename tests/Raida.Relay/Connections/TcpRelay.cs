using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Connections;

/// <summary>Relays connections between clients and one server. Owns its socket.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    /// <summary>The largest number of connections at a time. Others wait in the listen queue.</summary>
    public const int MaxConnections = 256;

    private readonly IPEndPoint _endPoint;
    private readonly RelayNode _node;
    private readonly TimeProvider _timeProvider;
    private readonly BoundedTasks _connections = new(MaxConnections);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    // Bound but never listening, so that no other process can take the port when listening ends.
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

    /// <summary>Makes the OS refuse or accept connections. The change is complete when the call returns.</summary>
    /// <exception cref="IOException">Another process listens on the port.</exception>
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
                // In this order: when the accepting task finds its socket closed, it checks whether it is still the current one.
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
            throw new IOException($"TCP port {_endPoint.Port} of {_endPoint.Address} is taken by another process", exception);
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
                await _connections.ReserveAsync(_stopping.Token).ConfigureAwait(false);
                edgeTriggered ??= _node.Switches.AcceptsOncePerEvent && listener == _listener ? new EdgeTriggeredListener(listener) : null;
                var accepting = edgeTriggered?.AcceptAsync(_stopping.Token) ?? AcceptNextAsync(listener);
                if (await accepting.ConfigureAwait(false) is not { } client)
                {
                    // Releases the place.
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
            // The relay stops.
        }
        finally
        {
            edgeTriggered?.Dispose();
        }
    }

    /// <summary>Waits for the next connection; null if this listener was closed.</summary>
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
                // The client has closed its connection already.
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
