namespace Bench.Simulation;

/// <summary>How large a cluster is.</summary>
internal sealed record ClusterPlan(int Silos, int CoresPerSilo)
{
    /// <summary>Cores of gateways.</summary>
    public int Gateways { get; init; } = 1;

    /// <summary>Redis servers that the tasks are spread over.</summary>
    public int Redises { get; init; } = 1;

    /// <summary>Shards of the index.</summary>
    public int IndexShards { get; init; } = 8;

    /// <summary>Whether tasks that ask at the same moment share an echo.</summary>
    public bool SharesEchoes { get; init; } = true;

    /// <summary>How long the slowest server takes, in milliseconds.</summary>
    public double ServerLatency { get; init; } = 1;
}
