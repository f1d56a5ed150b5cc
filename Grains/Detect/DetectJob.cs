using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Grains.Detect;

/// <summary>Asks all 25 servers at once about the coins, and grades each coin by what they said.</summary>
internal sealed class DetectJob(NodeGrains nodes) : Job<DetectInput>
{
    protected override async Task<JobOutcome> RunAsync(DetectInput input, IJobProgress progress, CancellationToken cancellationToken)
    {
        var coins = new CoinList(input.Coins, input.EarlierPownstrings);
        var verdicts = new DetectVerdicts(coins);
        var batches = new DetectBatches(coins.Count);
        var nodeProgress = new NodeProgress(progress, batches.Count);
        await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(async raida =>
        {
            using var run = new DetectNodeRun(raida, nodes[raida], coins, batches, verdicts, nodeProgress);
            await run.RunAsync(cancellationToken);
        }));
        return verdicts.ToOutcome();
    }
}
