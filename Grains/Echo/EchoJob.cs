using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Tasks;
using Raida;

namespace OrleansTasks.Grains.Echo;

/// <summary>Asks all 25 servers in parallel whether they are up. It completes even if none is.</summary>
internal sealed class EchoJob(NodeGrains nodes) : Job<EchoInput>
{
    protected override async Task<JobOutcome> RunAsync(EchoInput input, IJobProgress progress, CancellationToken cancellationToken)
    {
        var answered = new bool[RaidaNetwork.NodeCount];
        var latencies = new int[RaidaNetwork.NodeCount];
        var nodeProgress = new NodeProgress(progress, stepsPerNode: 1);
        await Task.WhenAll(Enumerable.Range(0, RaidaNetwork.NodeCount).Select(AskAsync));
        return JobOutcome.Completed(new EchoResult(answered, latencies));

        async Task AskAsync(int raida)
        {
            var reply = await nodes[raida].TryEchoAsync(cancellationToken);
            answered[raida] = reply.Answered;
            latencies[raida] = reply.LatencyMilliseconds;
            nodeProgress.Count(raida, isLast: true, reply.Failure);
        }
    }
}
