using System.Net.Sockets;
using Raida.LocalNetwork.Answering;

namespace Raida.LocalNetwork.Sockets;

/// <summary>An agent's TCP port: accepts connections, each of which brings one request. Owns its socket, which listens already.</summary>
internal sealed class TcpEndpoint : IAsyncDisposable
{
    /// <summary>The most connections at a time; those beyond wait in the system's queue.</summary>
    public const int MaxConnections = 64;

    private static readonly TimeSpan PauseWithoutSockets = TimeSpan.FromMilliseconds(50);

    private readonly Socket _listener;
    private readonly TcpConnectionHandler _handler;
    private readonly BoundedTasks _connections = new(MaxConnections);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public TcpEndpoint(Socket listener, RequestAnswerer answerer, FaultSource faults, AgentCounters counters)
    {
        _listener = listener;
        _handler = new TcpConnectionHandler(answerer, faults, counters);
        _accepting = Task.Run(AcceptAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _accepting.ConfigureAwait(false);
            await _connections.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _listener.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _connections.TakeRoomAsync(_stopping.Token).ConfigureAwait(false);
                var connection = await AcceptNextAsync().ConfigureAwait(false);
                _connections.Run(stopping => _handler.ServeAsync(connection, stopping));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The agent ends or goes down.
        }
    }

    private async Task<Socket> AcceptNextAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // That client has gone again; the next one, then.
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                // The process has no more file handles; connections that end give some back.
                await Task.Delay(PauseWithoutSockets, _stopping.Token).ConfigureAwait(false);
            }
        }
    }
}
