namespace OrleansTasks.Grains.Nodes;

/// <summary>One server as one silo sees it.</summary>
/// <param name="Raida">0 to 24.</param>
/// <param name="Address">Where it is asked, <c>host:port</c>.</param>
/// <param name="State">Whether this silo asks it.</param>
/// <param name="Counts">How this silo's requests ended.</param>
/// <param name="LastHeard">When its last answer came, in Unix seconds; null before the first.</param>
/// <param name="FailuresInARow">How many requests failed since its last answer.</param>
/// <param name="EchoDeadlineMilliseconds">How long the next echo waits for it.</param>
/// <param name="DetectDeadlineMilliseconds">How long the next detect waits for it.</param>
/// <param name="LatencyMicroseconds">How long its last answers took: up to 128 echoes, and as many detects, in no order.</param>
[GenerateSerializer, Immutable, Alias("NodeReport")]
public sealed record NodeReport(
    [property: Id(0)] int Raida,
    [property: Id(1)] string Address,
    [property: Id(2)] NodeState State,
    [property: Id(3)] NodeCounts Counts,
    [property: Id(4)] long? LastHeard,
    [property: Id(5)] int FailuresInARow,
    [property: Id(6)] int EchoDeadlineMilliseconds,
    [property: Id(7)] int DetectDeadlineMilliseconds,
    [property: Id(8)] int[] LatencyMicroseconds);
