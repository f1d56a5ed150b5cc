namespace OrleansTasks.Cluster.Tests;

/// <summary>What the silos of a cluster hold in memory.</summary>
internal static class ClusterStatistics
{
    /// <summary>Connects to a cluster as its gateways do.</summary>
    /// <param name="redisPort">Where its Redis is.</param>
    public static Task<SiloStatistics> ConnectAsync(int redisPort) => SiloStatistics.ConnectAsync(new Dictionary<string, string?>
    {
        ["Orleans:ClusterId"] = "orleans-tasks",
        ["Orleans:ServiceId"] = "orleans-tasks",
        ["Orleans:Clustering:ProviderType"] = "Redis",
        ["Orleans:Clustering:ConnectionString"] = $"127.0.0.1:{redisPort}",
    });
}
