using System.Diagnostics;
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
    IRaidaNodeGrain node,
    CoinList coins,
    DetectBatches batches,
    DetectVerdicts verdicts,
    NodeProgress progress) : IDisposable
{
    /// <summary>
    /// How many batches may be halved to find coins that the server does not know, and one more for each two coins that it has said
    /// something of: a coin in a datagram takes 6. A list full of unknown coins must not be asked for coin by coin.
    /// </summary>
    private const int MinHalvings = 256;

    private const string FailureAfterSilence = "not asked, as it did not answer the first request";

    /// <summary>How long halving may hold the task up, which has a deadline.</summary>
    private static readonly TimeSpan MaxHalvingTime = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<NodeDetectReply> _first = new();
    private readonly SemaphoreSlim _room = new(DetectBatches.DatagramWindow);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _nextBatch;
    private int _finishedBatches;
    private int _halvings;
    private int _coinsWithVerdict;
    private bool _isByDatagrams;
    private bool _hasAnsweredOverTcp;

    private bool IsSilent => !_hasAnsweredOverTcp && _first.Task is { IsCompletedSuccessfully: true, Result.Contact: NodeContact.Silent };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Gives up what is on its way over TCP, where a server that says nothing costs much more time than by datagrams.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var atOnce = Math.Min(GetWindow(batches), batches.Count);
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => AskBatchByBatchAsync(silence, cancellationToken)));
    }

    public void Dispose() => _room.Dispose();

    private static int GetWindow(DetectBatches batches) =>
        batches.IsByTcp ? 1 + DetectBatches.ConnectionWindow : DetectBatches.CallWindow;

    private async Task AskBatchByBatchAsync(CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        while (_nextBatch < batches.Count)
        {
            var batch = _nextBatch++;
            var (start, length) = batches[batch];
            string? failure;
            if (!batches.IsByTcp)
            {
                failure = await AskByDatagramsAsync(start, length, cancellationToken);
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
            if (IsSilent)
            {
                await silence.CancelAsync();
            }

            return await TakeAsync(reply, start, length, cancellationToken);
        }
        finally
        {
            // Whoever waits for it must not wait for ever.
            _first.TrySetCanceled(CancellationToken.None);
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

        _hasAnsweredOverTcp |= reply.Contact is not (NodeContact.Silent or NodeContact.Untried);
        if (reply.Failure is null || reply.Contact == NodeContact.Untried)
        {
            return Take(reply, start);
        }

        if (reply.Contact != NodeContact.AnsweredUnknownCoin)
        {
            var first = await _first.Task;
            if (first is not { Failure: null } and not { Contact: NodeContact.AnsweredUnknownCoin })
            {
                return Take(reply, start);
            }

            // A server that answers datagrams, and that TCP does not reach, or that fails with as large a request.
            _isByDatagrams = true;
        }

        return await AskByDatagramsAsync(start, length, cancellationToken);
    }

    /// <summary>Asks for any number of coins with one call after the other, each of several datagrams.</summary>
    private async Task<string?> AskByDatagramsAsync(int start, int length, CancellationToken cancellationToken)
    {
        string? failure = null;
        for (var end = start + length; start < end; start += DetectBatches.CoinsPerCall)
        {
            var first = start;
            var count = Math.Min(DetectBatches.CoinsPerCall, end - start);
            var replies = await CallAsync(
                first,
                count,
                records => node.TryDetectByDatagramsAsync(records, cancellationToken),
                cancellationToken);
            var taken = new List<Task<string?>>();
            foreach (var reply in replies)
            {
                taken.Add(TakeAsync(reply, first, reply.Statuses.Length, cancellationToken));
                first += reply.Statuses.Length;
            }

            var failures = await Task.WhenAll(taken);
            failure = failures.LastOrDefault(each => each is not null) ?? failure;
        }

        return failure;
    }

    private async Task<string?> AskAsync(int start, int length, CancellationToken cancellationToken) =>
        await TakeAsync(await AskOnceAsync(start, length, cancellationToken), start, length, cancellationToken);

    /// <summary>
    /// Takes a reply. A server says nothing of the coins beside one that it does not know: where there is such a coin among them, each half
    /// is asked for again, both at once.
    /// </summary>
    private async Task<string?> TakeAsync(NodeDetectReply reply, int start, int length, CancellationToken cancellationToken)
    {
        if (reply.Contact != NodeContact.AnsweredUnknownCoin || length == 1 || !MayHalve())
        {
            return Take(reply, start);
        }

        _halvings++;
        var half = length / 2;
        var failures = await Task.WhenAll(
            AskAsync(start, half, cancellationToken),
            AskAsync(start + half, length - half, cancellationToken));
        return failures[0] ?? failures[1];
    }

    private bool MayHalve() =>
        _halvings < MinHalvings + (_coinsWithVerdict / 2) && Stopwatch.GetElapsedTime(_startedAt) < MaxHalvingTime;

    private string? Take(NodeDetectReply reply, int start)
    {
        _coinsWithVerdict += reply.Failure is null ? reply.Statuses.Length : 0;
        verdicts.Add(raida, start, reply);
        return reply.Failure;
    }

    private Task<NodeDetectReply> AskOnceAsync(int start, int length, CancellationToken cancellationToken) =>
        CallAsync(start, length, records => node.TryDetectAsync(records, cancellationToken), cancellationToken);

    private async Task<T> CallAsync<T>(
        int start,
        int length,
        Func<ReadOnlyMemory<byte>, Task<T>> call,
        CancellationToken cancellationToken)
    {
        // Room for each of its datagrams, or for one request over TCP. At most five calls of four datagrams want room at a time: when each
        // has room for three, there is still room for one more, so that none waits for ever.
        var room = 0;
        try
        {
            for (var needed = GetDatagrams(length); room < needed; room++)
            {
                await _room.WaitAsync(cancellationToken);
            }

            var records = GC.AllocateUninitializedArray<byte>(length * DetectPayload.RecordLength);
            coins.WriteDetectRecords(raida, start, length, records);
            return await call(records);
        }
        finally
        {
            if (room > 0)
            {
                _room.Release(room);
            }
        }
    }

    private static int GetDatagrams(int coins) => coins > DetectBatches.CoinsPerCall
        ? 1
        : (coins + DetectPayload.MaxCoinsPerDatagram - 1) / DetectPayload.MaxCoinsPerDatagram;

    private static NodeDetectReply CreateReply(int coins, CoinStatus status, string? failure, NodeContact contact)
    {
        var statuses = new byte[coins];
        Array.Fill(statuses, (byte)status);
        return new NodeDetectReply(statuses, failure, contact);
    }
}
