using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Raida.LocalNetwork.Sockets;

/// <summary>An agent's TCP port: accepts connections, each of which carries one request. Owns its socket, which is listening.</summary>
internal sealed class TcpEndpoint : IAsyncDisposable
{
    /// <summary>The largest number of connections at a time. Others wait in the listen queue.</summary>
    public const int MaxConnections = 64;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public TcpEndpoint(Socket listener, LocalAgent agent)
    {
        _listener = listener;
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConnections, CancellationToken = _stopping.Token };
        var handler = new TcpConnectionHandler(agent);
        _serving = Task.Run(() => Parallel.ForEachAsync(AcceptAsync(_stopping.Token), options, handler.ServeAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _serving.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // All connections were cancelled above, and have ended.
        }
        finally
        {
            _listener.Dispose();
            _stopping.Dispose();
        }
    }

    private async IAsyncEnumerable<Socket> AcceptAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return await AcceptOneAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Socket> AcceptOneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The client has closed its connection already, or the process has no file handle left until a connection ends.
                await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
