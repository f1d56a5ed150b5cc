namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>One fault of a schedule.</summary>
/// <param name="At">Its begin, counted from the begin of the load; a process fault may begin later.</param>
/// <param name="Length">Its duration; zero for a restart.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Targets">The indexes of the silo, gateway or agents.</param>
internal sealed record Fault(TimeSpan At, TimeSpan Length, FaultKind Kind, int[] Targets)
{
    public bool ConcernsAgents => Kind >= FaultKind.SlowAgents;

    public override string ToString() =>
        $"{At.TotalSeconds,5:0.0} s {Kind} {string.Join(',', Targets)}{(Length > TimeSpan.Zero ? $" for {Length.TotalSeconds:0.0} s" : "")}";
}
