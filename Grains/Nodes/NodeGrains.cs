using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// The silo's 25 node grains. Finding a grain by its interface's type reads that type's attributes each time: 25 times a task, that was a
/// twentieth of all an echo task costs.
/// </summary>
internal sealed class NodeGrains
{
    private readonly IRaidaNodeGrain[] _grains;

    public NodeGrains(IGrainFactory grains) =>
        _grains = [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => grains.GetGrain<IRaidaNodeGrain>(raida))];

    /// <summary>The grain of one server.</summary>
    /// <param name="raida">0 to 24.</param>
    public IRaidaNodeGrain this[int raida] => _grains[raida];
}
