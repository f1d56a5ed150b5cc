namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// What is asked of a server in the same moment shares a request. Each gets the answer to a request that was sent after it had asked, so
/// that none is told of the past. All here runs on the scheduler of one grain.
/// </summary>
/// <typeparam name="TPart">What one of them asks.</typeparam>
/// <typeparam name="TReply">The answer to all of them.</typeparam>
/// <param name="hasRoom">Whether one more part goes into a request with these.</param>
/// <param name="ask">Asks the server for those who still wait.</param>
internal sealed class SharedRequests<TPart, TReply>(
    Func<IEnumerable<TPart>, TPart, bool> hasRoom,
    Func<IReadOnlyList<TPart>, CancellationToken, Task<TReply>> ask)
{
    private Request? _gathering;

    /// <summary>Asks the server, together with those who do so now.</summary>
    /// <param name="part">What to ask.</param>
    /// <param name="cancellationToken">Gives up waiting. The request is given up once nobody waits for it.</param>
    /// <returns>The answer to all of them.</returns>
    public async Task<TReply> AskAsync(TPart part, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = _gathering is { } gathering && hasRoom(gathering.Parts, part) ? gathering : Begin();
        var asker = new Asker(part, cancellationToken);
        request.Askers.Add(asker);
        try
        {
            var reply = await request.Reply.WaitAsync(cancellationToken);

            // Who was left out has given up, and may be told so after the answer to the others, which says nothing of what it asked.
            cancellationToken.ThrowIfCancellationRequested();
            return reply;
        }
        finally
        {
            request.Askers.Remove(asker);
            if (request.Askers.Count == 0)
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
        _gathering = request;
        return request;
    }

    private async Task<TReply> AskOnceAllHaveJoinedAsync(Request request, CancellationToken givenUp)
    {
        // The more there is to do, the more join: it doubles the echo tasks that a busy silo gets done (docs/performance.md).
        await ThreadPoolQueue.PassAsync();
        Close(request);
        givenUp.ThrowIfCancellationRequested();
        if (request.Parts.ToList() is not { Count: > 0 } parts)
        {
            throw new OperationCanceledException("All who asked gave up waiting.");
        }

        return await ask(parts, givenUp);
    }

    private void Close(Request request) => _gathering = _gathering == request ? null : _gathering;

    private sealed class Request(CancellationTokenSource givingUp)
    {
        public CancellationTokenSource GivingUp { get; } = givingUp;

        public Task<TReply> Reply { get; set; } = null!;

        public List<Asker> Askers { get; } = [];

        /// <summary>What those ask who have not given up. Who has is left out at once, even where its own call does not know yet.</summary>
        public IEnumerable<TPart> Parts =>
            Askers.Where(asker => !asker.GivenUp.IsCancellationRequested).Select(asker => asker.Part);
    }

    private sealed class Asker(TPart part, CancellationToken givenUp)
    {
        public TPart Part { get; } = part;

        public CancellationToken GivenUp { get; } = givenUp;
    }
}
