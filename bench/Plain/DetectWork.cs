using Raida;
using Raida.Coins;
using Raida.Protocol;

namespace Plain;

/// <summary>Sends the coins to all 25 servers in parallel, one datagram a call, and grades each coin.</summary>
internal sealed class DetectWork(RaidaClient client, CoinList coins) : IWork
{
    private const int BatchesInFlight = 16;
    private const int BatchSize = DetectPayload.MaxCoinsPerDatagram;

    private readonly Lock _lock = new();
    private readonly Pownstring[] _pownstrings = new Pownstring[coins.Count];

    public int Steps => RaidaNetwork.NodeCount * ((coins.Count + BatchSize - 1) / BatchSize);

    public async Task<object> RunAsync(Action countStep)
    {
        await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => AskServerAsync(raida, countStep)));
        var totals = new DetectTotals();
        var graded = new CoinData[coins.Count];
        for (var i = 0; i < coins.Count; i++)
        {
            var coin = coins[i];
            var grade = totals.Add(coin.Denomination, _pownstrings[i], coin.EarlierPownstring);
            graded[i] = new CoinData(coin.SerialNumber, _pownstrings[i].ToString(), grade.ToString());
        }

        return new DetectData(
            totals.Coins,
            totals.CheckedCoins,
            totals.Authentic,
            totals.Fracked,
            totals.Counterfeit,
            totals.Limbo,
            totals.Errors,
            graded);
    }

    private Task AskServerAsync(int raida, Action countStep)
    {
        var next = -BatchSize;
        return Task.WhenAll(Enumerable.Range(0, BatchesInFlight).Select(_ => AskBatchesAsync()));

        async Task AskBatchesAsync()
        {
            for (var start = Next(); start < coins.Count; start = Next())
            {
                var count = Math.Min(BatchSize, coins.Count - start);
                var records = new byte[count * DetectPayload.RecordLength];
                coins.WriteDetectRecords(raida, start, count, records);
                Add(raida, start, count, await client.DetectAsync(raida, records));
                countStep();
            }
        }

        int Next() => Interlocked.Add(ref next, BatchSize);
    }

    private void Add(int raida, int start, int count, DetectReply reply)
    {
        lock (_lock)
        {
            for (var i = 0; i < count; i++)
            {
                _pownstrings[start + i] = _pownstrings[start + i].With(raida, reply.Statuses[i]);
            }
        }
    }
}
