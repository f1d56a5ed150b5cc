using OrleansTasks.Grains.Nodes;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Detect;

/// <summary>
/// One server's part of a detect: the coins in batches of a datagram, some of them on their way at a time. The records of a batch are
/// made when its turn comes, so that a large task does not hold its coins' secrets once more for each server.
/// </summary>
internal sealed class DetectNodeRun(int raida, IGrainFactory grains, CoinList coins, DetectVerdicts verdicts, NodeProgress progress)
{
    /// <summary>
    /// How many batches of one task may be on their way to one server: a quarter of what the client lets go there, so that a large
    /// task leaves room for small ones.
    /// </summary>
    private const int Window = 16;

    private const int BatchSize = DetectPayload.MaxCoinsPerDatagram;

    private readonly IRaidaNodeGrain _node = grains.GetGrain<IRaidaNodeGrain>(raida);
    private readonly int _batches = CountBatches(coins.Count);
    private int _nextBatch;
    private int _finishedBatches;

    public static int CountBatches(int coinCount) => (coinCount + BatchSize - 1) / BatchSize;

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Math.Min(Window, _batches)).Select(_ => AskBatchByBatchAsync(cancellationToken)));

    private async Task AskBatchByBatchAsync(CancellationToken cancellationToken)
    {
        while (_nextBatch < _batches)
        {
            var start = _nextBatch++ * BatchSize;
            var count = Math.Min(BatchSize, coins.Count - start);
            var failure = await AskAsync(start, count, cancellationToken);
            progress.Count(raida, isLast: ++_finishedBatches == _batches, failure);
        }
    }

    private async Task<string?> AskAsync(int start, int count, CancellationToken cancellationToken)
    {
        var records = new byte[count * DetectPayload.RecordLength];
        coins.WriteDetectRecords(raida, start, count, records);
        var reply = await _node.TryDetectAsync(records, cancellationToken);
        verdicts.Add(raida, start, reply);
        return reply.Failure;
    }
}
