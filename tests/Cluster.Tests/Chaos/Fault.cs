namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>One fault of a schedule.</summary>
/// <param name="At">When it begins, counted from the load's begin.</param>
/// <param name="Length">How long it lasts; zero for those that end by themselves.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Targets">To which silo, gateway or agents: their indexes.</param>
internal sealed record Fault(TimeSpan At, TimeSpan Length, FaultKind Kind, int[] Targets)
{
    public bool ConcernsAgents => Kind >= FaultKind.SlowAgents;

    public override string ToString() =>
        $"{At.TotalSeconds,5:0.0} s {Kind} {string.Join(',', Targets)}{(Length > TimeSpan.Zero ? $" for {Length.TotalSeconds:0.0} s" : "")}";
}
