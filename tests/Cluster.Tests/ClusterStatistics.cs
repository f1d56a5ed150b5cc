namespace OrleansTasks.Cluster.Tests;

/// <summary>Counts the tasks in the memory of a cluster's silos.</summary>
internal static class ClusterStatistics
{
    /// <summary>Connects to a cluster through its Redis.</summary>
    public static Task<SiloStatistics> ConnectAsync(int redisPort) => SiloStatistics.ConnectAsync(new Dictionary<string, string?>
    {
        ["Orleans:ClusterId"] = "orleans-tasks",
        ["Orleans:ServiceId"] = "orleans-tasks",
        ["Orleans:Clustering:ProviderType"] = "Redis",
        ["Orleans:Clustering:ConnectionString"] = $"127.0.0.1:{redisPort}",
    });
}
