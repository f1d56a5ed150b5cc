namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Echoes that are asked for in the same moment share one request: the server answers whether it is up, whoever asks. Each gets the answer
/// to a request that was sent after it had asked, so that none is told of the past.
/// </summary>
/// <param name="ask">Asks the server. All here runs on the scheduler of one grain.</param>
internal sealed class SharedEcho(Func<CancellationToken, Task<NodeEchoReply>> ask)
{
    private Request? _gathering;

    /// <summary>Asks the server, together with those who do so now.</summary>
    /// <param name="cancellationToken">Gives up waiting. The request is given up once nobody waits for it.</param>
    /// <returns>How the server took it.</returns>
    public async Task<NodeEchoReply> AskAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = _gathering ??= Begin();
        request.Waiting++;
        try
        {
            return await request.Reply.WaitAsync(cancellationToken);
        }
        finally
        {
            request.Waiting--;
            if (request.Waiting == 0)
            {
                Close(request);
                if (!request.Reply.IsCompleted)
                {
                    await request.GivingUp.CancelAsync();
                }

                request.GivingUp.Dispose();
            }
        }
    }

    private Request Begin()
    {
        var givingUp = new CancellationTokenSource();
        var request = new Request(givingUp);
        request.Reply = AskOnceAllHaveJoinedAsync(request, givingUp.Token);
        return request;
    }

    private async Task<NodeEchoReply> AskOnceAllHaveJoinedAsync(Request request, CancellationToken givenUp)
    {
        // The more there is to do, the more join: it doubles the echo tasks that a busy silo gets done (docs/performance.md).
        await ThreadPoolQueue.PassAsync();
        Close(request);
        givenUp.ThrowIfCancellationRequested();
        return await ask(givenUp);
    }

    private void Close(Request request) => _gathering = _gathering == request ? null : _gathering;

    private sealed class Request(CancellationTokenSource givingUp)
    {
        public CancellationTokenSource GivingUp { get; } = givingUp;

        public Task<NodeEchoReply> Reply { get; set; } = null!;

        public int Waiting { get; set; }
    }
}
