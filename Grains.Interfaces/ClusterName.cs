namespace OrleansTasks.Grains;

/// <summary>What silos and gateways call the cluster that they belong to; they find each other only under the same name.</summary>
public static class ClusterName
{
    /// <summary>The cluster's and the service's id unless the configuration has others.</summary>
    public const string Default = "orleans-tasks";
}
