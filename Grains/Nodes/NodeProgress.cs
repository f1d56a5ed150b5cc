using OrleansTasks.Grains.Tasks;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Reports the progress of a task that asks all 25 servers.</summary>
/// <param name="stepsPerNode">How many replies each server owes.</param>
internal sealed class NodeProgress(IJobProgress progress, int stepsPerNode)
{
    private int _steps;
    private int _nodes;

    /// <summary>Counts a reply of a server, or that there will be none.</summary>
    /// <param name="isLast">Whether the server owes no more.</param>
    /// <param name="failure">Null when it replied.</param>
    public void Count(int raida, bool isLast, string? failure)
    {
        _steps++;
        _nodes += isLast ? 1 : 0;
        progress.Report(
            _steps,
            stepsPerNode * RaidaNetwork.NodeCount,
            failure is null
                ? $"Last received response was from RAIDA {raida} ({_nodes} of {RaidaNetwork.NodeCount})"
                : $"RAIDA {raida}: {failure} ({_nodes} of {RaidaNetwork.NodeCount})");
    }
}
