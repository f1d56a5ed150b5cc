using Microsoft.Extensions.Logging;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Asks this silo's node grains. Calls to them stay on the silo where they are made, so whoever wants to know what another silo has seen
/// needs somebody there who asks: a grain service can be addressed on a silo, and an ordinary grain cannot.
/// </summary>
internal sealed class NodeReports(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, NodeGrains nodes)
    : GrainService(id, silo, loggers), INodeReports
{
    public Task<NodeReport[]> Read() => Task.WhenAll(
        Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => nodes[raida].GetReport()));
}
