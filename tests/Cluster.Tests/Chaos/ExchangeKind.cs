namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>What a client asked for.</summary>
internal enum ExchangeKind
{
    Start,
    Read,
    Cancel,
    Delete,
}
