using Raida.Servers;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Merges what several silos have observed of the servers.</summary>
internal static class NetworkReportMerger
{
    /// <summary>Sums the counts, takes percentiles of all latencies together, and the latest reply.</summary>
    /// <param name="views">The reports of at least one silo, each RAIDA 0 first.</param>
    public static NetworkReport Merge(IReadOnlyList<NodeReport[]> views, int unresponsiveSilos) => new(
        views.Count,
        unresponsiveSilos,
        [.. views[0].Select((_, raida) => Merge([.. views.Select(view => view[raida])]))],
        views.All(view => view.All(report => report.IsEncrypted)));

    private static NodeSummary Merge(NodeReport[] reports)
    {
        int[] latencies = [.. reports.SelectMany(report => report.LatencyMicroseconds).Order()];
        return new NodeSummary(
            reports[0].Raida,
            reports[0].Address,
            Merge([.. reports.Select(report => report.State).Where(state => state != NodeState.Unknown).Distinct()]),
            latencies.Length == 0
                ? null
                : new NodeLatency(Percentile.Of(latencies, 50), Percentile.Of(latencies, 95), Percentile.Of(latencies, 99)),
            reports.Select(report => report.Counts).Aggregate((sum, counts) => sum.Add(counts)),
            reports.Max(report => report.LastHeard));
    }

    private static NodeState Merge(NodeState[] known) => known switch
    {
        [] => NodeState.Unknown,
        [var one] => one,
        _ => NodeState.Mixed,
    };
}
