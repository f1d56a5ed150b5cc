using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// References to the silo's 25 node grains. Creating a reference from the interface type reads its attributes each time, which for 25
/// servers is a twentieth of the cost of an echo task.
/// </summary>
internal sealed class NodeGrains(IGrainFactory grains)
{
    private readonly IRaidaNodeGrain[] _grains =
        [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => grains.GetGrain<IRaidaNodeGrain>(raida))];

    public IRaidaNodeGrain this[int raida] => _grains[raida];
}
