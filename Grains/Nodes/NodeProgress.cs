using OrleansTasks.Grains.Tasks;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Reports the progress of a task that asks all 25 servers.</summary>
internal sealed class NodeProgress(IJobProgress progress, int stepsPerNode)
{
    private int _steps;
    private int _nodes;

    /// <summary>Counts one step of a server: its reply, or the failure to get one.</summary>
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
