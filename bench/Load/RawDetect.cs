using Raida;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Bench.Load;

/// <summary>One detect with the client alone: batches, some of them on their way to each server at a time.</summary>
/// <param name="client">The client.</param>
/// <param name="coins">The coins.</param>
/// <param name="batchSize">The most coins of a request.</param>
/// <param name="datagramsPerCall">How many requests are made with one call of the client.</param>
internal sealed class RawDetect(RaidaClient client, CoinList coins, int batchSize, int datagramsPerCall = 1)
{
    /// <summary>As many batches of one task on their way to a server as a detect task has.</summary>
    private const int BatchesAtOnce = 16;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);

    /// <summary>Asks all servers.</summary>
    /// <returns>Whether all of them called all coins authentic.</returns>
    public async Task<bool> RunAsync()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(AskServerAsync));
        return all.All(isPerfect => isPerfect);
    }

    private async Task<bool> AskServerAsync(int raida)
    {
        var coinsPerCall = datagramsPerCall * batchSize;
        var next = -coinsPerCall;
        var all = await Task.WhenAll(Enumerable.Range(0, BatchesAtOnce / datagramsPerCall).Select(_ => AskBatchByBatchAsync()));
        return all.All(isPerfect => isPerfect);

        async Task<bool> AskBatchByBatchAsync()
        {
            var isPerfect = true;
            for (var start = Next(); start < coins.Count; start = Next())
            {
                var count = Math.Min(coinsPerCall, coins.Count - start);
                var records = new byte[count * DetectPayload.RecordLength];
                coins.WriteDetectRecords(raida, start, count, records);
                isPerfect &= datagramsPerCall == 1
                    ? IsPerfect(await client.DetectAsync(raida, records, Deadline))
                    : (await Task.WhenAll(client.DetectTogether(raida, [.. Datagrams.Cut(records, client.MaxCoinsPerDatagram)], RequestTiming.Of(Deadline)))).All(IsPerfect);
            }

            return isPerfect;
        }

        int Next() => Interlocked.Add(ref next, coinsPerCall);
    }

    private static bool IsPerfect(RaidaReply reply) => reply.Outcome == ReplyOutcome.Answered && reply.Status == ResponseStatus.AllPass;
}
