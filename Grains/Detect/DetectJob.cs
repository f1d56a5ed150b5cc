using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Detect;

/// <summary>Asks all 25 servers in parallel about the coins, and grades each coin by their verdicts.</summary>
internal sealed class DetectJob(NodeGrains nodes) : Job<DetectInput>
{
    /// <summary>
    /// How many calls to one server are in flight. Two keep a server busy while a reply is processed; more would only hold more of the coins'
    /// secrets in memory, as each call has a copy of its records.
    /// </summary>
    private const int CallsInFlight = 2;

    private const int CoinsPerCall = RaidaClient.MaxCoinsPerDetect;

    protected override async Task<JobOutcome> RunAsync(DetectInput input, IJobProgress progress, CancellationToken cancellationToken)
    {
        var coins = new CoinList(input.Coins, input.EarlierPownstrings);
        var verdicts = new DetectVerdicts(coins);
        var calls = (coins.Count + CoinsPerCall - 1) / CoinsPerCall;
        var nodeProgress = new NodeProgress(progress, calls);
        await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(AskServerAsync));
        return verdicts.ToOutcome();

        Task AskServerAsync(int raida)
        {
            var next = 0;
            var finished = 0;
            return Task.WhenAll(Enumerable.Range(0, CallsInFlight).Select(async _ =>
            {
                while (next < calls)
                {
                    var start = next++ * CoinsPerCall;
                    var reply = await nodes[raida].TryDetectAsync(WriteRecords(coins, raida, start), cancellationToken);
                    verdicts.Add(raida, start, reply);
                    nodeProgress.Count(raida, isLast: ++finished == calls, reply.Failures.FirstOrDefault()?.Reason);
                }
            }));
        }
    }

    private static byte[] WriteRecords(CoinList coins, int raida, int start)
    {
        var count = Math.Min(CoinsPerCall, coins.Count - start);
        var records = GC.AllocateUninitializedArray<byte>(count * DetectPayload.RecordLength);
        coins.WriteDetectRecords(raida, start, count, records);
        return records;
    }
}
