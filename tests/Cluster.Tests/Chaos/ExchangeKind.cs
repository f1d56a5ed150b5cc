namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Kinds of requests.</summary>
internal enum ExchangeKind
{
    Start,
    Read,
    Cancel,
    Delete,
}
