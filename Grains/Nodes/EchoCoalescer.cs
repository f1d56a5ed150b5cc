namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Coalesces echoes that are asked for at the same moment into one request: whether a server is up does not depend on the caller, and it
/// doubles the echo tasks that a busy silo completes (docs/performance.md). Every caller gets the reply to a request that was sent after its
/// call. Runs on the scheduler of one grain.
/// </summary>
internal sealed class EchoCoalescer(Func<Task<NodeEchoReply>> ask)
{
    private Task<NodeEchoReply>? _open;

    /// <summary>Asks the server, together with the other callers of this moment. Cancellation ends the call, and not the request.</summary>
    public Task<NodeEchoReply> AskAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (_open ??= SendAsync()).WaitAsync(cancellationToken);
    }

    private async Task<NodeEchoReply> SendAsync()
    {
        // The busier the process, the more callers join before the request is sent. Later ones begin another request.
        await ThreadPoolQueue.PassAsync();
        _open = null;
        return await ask();
    }
}
