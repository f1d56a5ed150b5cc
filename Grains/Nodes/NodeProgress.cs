using OrleansTasks.Grains.Tasks;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Reports the progress of work that asks all 25 servers, step by step.</summary>
/// <param name="progress">Where to.</param>
/// <param name="stepsPerNode">How many answers each server owes.</param>
internal sealed class NodeProgress(IJobProgress progress, int stepsPerNode)
{
    private int _steps;
    private int _nodes;

    /// <summary>Counts an answer, or that there will be none.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="isLast">Whether the server owes no more.</param>
    /// <param name="failure">Null when it answered.</param>
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
