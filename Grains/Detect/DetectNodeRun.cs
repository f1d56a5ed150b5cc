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

    /// <summary>How long halving may hold the task up, which has a deadline.</summary>
    private static readonly TimeSpan MaxHalvingTime = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _room = new(DetectBatches.DatagramWindow);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _nextBatch;
    private int _finishedBatches;
    private int _halvings;
    private int _coinsWithVerdict;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var atOnce = Math.Min(DetectBatches.CallWindow, batches.Count);
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => AskBatchByBatchAsync(cancellationToken)));
    }

    public void Dispose() => _room.Dispose();

    private async Task AskBatchByBatchAsync(CancellationToken cancellationToken)
    {
        while (_nextBatch < batches.Count)
        {
            var (start, length) = batches[_nextBatch++];
            var failure = await AskByDatagramsAsync(start, length, cancellationToken);
            progress.Count(raida, isLast: ++_finishedBatches == batches.Count, failure);
        }
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
        // Room for each of its datagrams. At most four calls of four datagrams want room at a time, so none of them waits forever.
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

    private static int GetDatagrams(int coins) => (coins + DetectPayload.MaxCoinsPerDatagram - 1) / DetectPayload.MaxCoinsPerDatagram;
}
