using OrleansTasks.Grains.Nodes;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Detect;

/// <summary>
/// One server's part of a detect: batch by batch, some of them on their way at a time. The records of a batch are made when its turn
/// comes, so that a large task does not hold its coins' secrets once more for each server.
/// </summary>
internal sealed class DetectNodeRun(
    int raida,
    IGrainFactory grains,
    CoinList coins,
    DetectBatches batches,
    DetectVerdicts verdicts,
    NodeProgress progress)
{
    /// <summary>
    /// How many batches may be halved to find coins that the server does not know: one such coin among 3,119 takes 12, so that some 20
    /// are found. A list full of them must not be asked for coin by coin.
    /// </summary>
    private const int MaxHalvings = 256;

    private const string FailureAfterSilence = "not asked, as it did not answer the first request";

    private readonly IRaidaNodeGrain _node = grains.GetGrain<IRaidaNodeGrain>(raida);
    private readonly TaskCompletionSource<NodeDetectReply> _first = new();
    private int _nextBatch;
    private int _finishedBatches;
    private int _halvings;
    private bool _isByDatagrams;

    private bool IsSilent => _first.Task is { IsCompletedSuccessfully: true, Result.Contact: NodeContact.Silent };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Gives up what is on its way over TCP, where a server that says nothing costs much more time than by datagrams.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var window = batches.IsByTcp ? 1 + DetectBatches.ConnectionWindow : DetectBatches.DatagramWindow;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(window, batches.Count)).Select(_ => AskBatchByBatchAsync(silence, cancellationToken)));
    }

    private async Task AskBatchByBatchAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        while (_nextBatch < batches.Count)
        {
            var batch = _nextBatch++;
            var (start, length) = batches[batch];
            string? failure;
            if (!batches.IsByTcp)
            {
                failure = await AskAsync(start, length, cancellationToken);
            }
            else if (batch == 0)
            {
                failure = await AskFirstAsync(silence, cancellationToken);
            }
            else
            {
                failure = await AskOverTcpAsync(start, length, silence.Token, cancellationToken);
            }

            progress.Count(raida, isLast: ++_finishedBatches == batches.Count, failure);
        }
    }

    private async Task<string?> AskFirstAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var (start, length) = batches[0];
        try
        {
            var reply = await AskOnceAsync(start, length, cancellationToken);
            _first.SetResult(reply);
            if (reply.Contact == NodeContact.Silent)
            {
                await silence.CancelAsync();
            }

            return await TakeAsync(reply, start, length, cancellationToken);
        }
        catch (Exception exception)
        {
            // Whoever waits for it must not wait for ever.
            _first.TrySetException(exception);
            throw;
        }
    }

    private async Task<string?> AskOverTcpAsync(int start, int length, CancellationToken silence, CancellationToken cancellationToken)
    {
        if (IsSilent)
        {
            return Take(CreateReply(length, CoinStatus.Untried, FailureAfterSilence, NodeContact.Untried), start);
        }

        if (_isByDatagrams)
        {
            return await AskByDatagramsAsync(start, length, cancellationToken);
        }

        NodeDetectReply reply;
        try
        {
            reply = await AskOnceAsync(start, length, silence);
        }
        catch (OperationCanceledException) when (IsSilent && !cancellationToken.IsCancellationRequested)
        {
            var first = _first.Task.Result;
            reply = CreateReply(length, (CoinStatus)first.Statuses[0], first.Failure, NodeContact.Silent);
        }

        if (reply.Failure is null
            || reply.Contact is NodeContact.Untried or NodeContact.AnsweredUnknownCoin
            || (await _first.Task).Contact == NodeContact.Silent)
        {
            return await TakeAsync(reply, start, length, cancellationToken);
        }

        // A server that answers datagrams, and that TCP does not reach, or that fails with as large a request.
        _isByDatagrams = true;
        return await AskByDatagramsAsync(start, length, cancellationToken);
    }

    /// <summary>Asks for a large batch in small ones, so many at a time that all large ones together fill the window.</summary>
    private async Task<string?> AskByDatagramsAsync(int start, int length, CancellationToken cancellationToken)
    {
        var small = new DetectBatches(length, DetectPayload.MaxCoinsPerDatagram);
        var next = 0;
        string? failure = null;
        await Task.WhenAll(Enumerable.Range(0, DetectBatches.DatagramWindow / DetectBatches.ConnectionWindow).Select(async _ =>
        {
            while (next < small.Count)
            {
                var (first, count) = small[next++];
                failure = await AskAsync(start + first, count, cancellationToken) ?? failure;
            }
        }));
        return failure;
    }

    private async Task<string?> AskAsync(int start, int length, CancellationToken cancellationToken) =>
        await TakeAsync(await AskOnceAsync(start, length, cancellationToken), start, length, cancellationToken);

    /// <summary>
    /// Takes a reply. A server says nothing of the coins beside one that it does not know: where there is such a coin among them, each half
    /// is asked for again.
    /// </summary>
    private async Task<string?> TakeAsync(NodeDetectReply reply, int start, int length, CancellationToken cancellationToken)
    {
        if (reply.Contact != NodeContact.AnsweredUnknownCoin || length == 1 || _halvings >= MaxHalvings)
        {
            return Take(reply, start);
        }

        _halvings++;
        var half = length / 2;
        var failure = await AskAsync(start, half, cancellationToken);
        return await AskAsync(start + half, length - half, cancellationToken) ?? failure;
    }

    private string? Take(NodeDetectReply reply, int start)
    {
        verdicts.Add(raida, start, reply);
        return reply.Failure;
    }

    private async Task<NodeDetectReply> AskOnceAsync(int start, int length, CancellationToken cancellationToken)
    {
        var records = new byte[length * DetectPayload.RecordLength];
        coins.WriteDetectRecords(raida, start, length, records);
        return await _node.TryDetectAsync(records, cancellationToken);
    }

    private static NodeDetectReply CreateReply(int coins, CoinStatus status, string? failure, NodeContact contact)
    {
        var statuses = new byte[coins];
        Array.Fill(statuses, (byte)status);
        return new NodeDetectReply(statuses, failure, contact);
    }
}
