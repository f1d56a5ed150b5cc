namespace OrleansTasks.Grains.Nodes;

/// <summary>How long a server's last answers took, echoes and detects of one datagram together: percentiles by nearest rank.</summary>
/// <param name="MedianMicroseconds">Half of the answers took no longer.</param>
/// <param name="P95Microseconds">95 of 100 answers took no longer.</param>
/// <param name="P99Microseconds">99 of 100 answers took no longer.</param>
[GenerateSerializer, Immutable, Alias("NodeLatency")]
public sealed record NodeLatency(
    [property: Id(0)] int MedianMicroseconds,
    [property: Id(1)] int P95Microseconds,
    [property: Id(2)] int P99Microseconds);
