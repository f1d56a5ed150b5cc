namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Coalesces echoes that are asked for at the same moment into one request: whether a server is up does not depend on the caller, and it
/// doubles the echo tasks that a busy silo completes (docs/performance.md). Every caller gets the reply to a request that was sent after its
/// call. Runs on the scheduler of one grain.
/// </summary>
internal sealed class EchoCoalescer(Func<CancellationToken, Task<NodeEchoReply>> ask)
{
    private Request? _open;

    /// <summary>Asks the server, together with the other callers of this moment. The request is cancelled when no caller waits for it.</summary>
    public async Task<NodeEchoReply> AskAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = _open ??= Begin();
        request.Callers++;
        try
        {
            return await request.Reply.WaitAsync(cancellationToken);
        }
        finally
        {
            if (--request.Callers == 0)
            {
                Close(request);
                if (!request.Reply.IsCompleted)
                {
                    await request.Cancellation.CancelAsync();
                }

                request.Cancellation.Dispose();
            }
        }
    }

    private Request Begin()
    {
        var request = new Request();
        request.Reply = SendAsync(request, request.Cancellation.Token);
        return request;
    }

    private async Task<NodeEchoReply> SendAsync(Request request, CancellationToken cancellationToken)
    {
        // The busier the process, the more callers join before the request is sent.
        await ThreadPoolQueue.PassAsync();
        Close(request);
        cancellationToken.ThrowIfCancellationRequested();
        return await ask(cancellationToken);
    }

    /// <summary>Lets later callers begin another request.</summary>
    private void Close(Request request) => _open = _open == request ? null : _open;

    private sealed class Request
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public Task<NodeEchoReply> Reply { get; set; } = null!;

        public int Callers { get; set; }
    }
}
