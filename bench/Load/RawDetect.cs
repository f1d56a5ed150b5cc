using Raida;
using Raida.Coins;
using Raida.Protocol;

namespace Bench.Load;

/// <summary>A detect with RaidaClient only: one datagram a call, up to 32 calls in flight to each server.</summary>
internal sealed class RawDetect(RaidaClient client, CoinList coins)
{
    /// <summary>The datagrams that a detect task has in flight to a server: two calls of 16.</summary>
    private const int CallsInFlight = 32;

    private const int CoinsPerCall = DetectPayload.MaxCoinsPerDatagram;

    /// <returns>Whether every server reported every coin as authentic.</returns>
    public async Task<bool> RunAsync()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(AskServerAsync));
        return all.All(isPerfect => isPerfect);
    }

    private async Task<bool> AskServerAsync(int raida)
    {
        var next = -CoinsPerCall;
        var all = await Task.WhenAll(Enumerable.Range(0, CallsInFlight).Select(_ => AskBatchesAsync()));
        return all.All(isPerfect => isPerfect);

        async Task<bool> AskBatchesAsync()
        {
            var isPerfect = true;
            for (var start = Next(); start < coins.Count; start = Next())
            {
                var count = Math.Min(CoinsPerCall, coins.Count - start);
                var records = new byte[count * DetectPayload.RecordLength];
                coins.WriteDetectRecords(raida, start, count, records);
                var reply = await client.DetectAsync(raida, records);
                isPerfect &= reply.Statuses.All(status => status == CoinStatus.Pass);
            }

            return isPerfect;
        }

        int Next() => Interlocked.Add(ref next, CoinsPerCall);
    }
}
