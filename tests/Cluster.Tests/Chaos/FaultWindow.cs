namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>When a fault was in effect, on the run's clock.</summary>
/// <param name="Kind">What was wrong.</param>
/// <param name="Target">The index of the silo, gateway or agent.</param>
/// <param name="Begun">Just before it began.</param>
/// <param name="InForce">When it had certainly begun.</param>
/// <param name="Lifted">Just before it was lifted.</param>
/// <param name="Over">When it was certainly over.</param>
internal sealed record FaultWindow(FaultKind Kind, int Target, TimeSpan Begun, TimeSpan InForce, TimeSpan Lifted, TimeSpan Over)
{
    /// <summary>Whether it was in effect at some time of a task's life.</summary>
    public bool Overlaps(TimeSpan from, TimeSpan to) => Begun <= to && from <= Over;

    /// <summary>Whether it was in effect for the whole of a task's life.</summary>
    public bool Covers(TimeSpan from, TimeSpan to) => InForce <= from && to <= Lifted;
}
