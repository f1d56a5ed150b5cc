namespace OrleansTasks.Grains.Nodes;

/// <summary>One server as several silos see it together.</summary>
/// <param name="Raida">0 to 24.</param>
/// <param name="Address">Where it is asked, <c>host:port</c>.</param>
/// <param name="State">Whether it is asked; silos that know nothing of it do not count while another one does.</param>
/// <param name="Latency">How long its last answers took; null before the first.</param>
/// <param name="Counts">How the silos' requests ended.</param>
/// <param name="LastHeard">When its last answer came to any of them, in Unix seconds; null before the first.</param>
[GenerateSerializer, Immutable, Alias("NodeSummary")]
public sealed record NodeSummary(
    [property: Id(0)] int Raida,
    [property: Id(1)] string Address,
    [property: Id(2)] NodeState State,
    [property: Id(3)] NodeLatency? Latency,
    [property: Id(4)] NodeCounts Counts,
    [property: Id(5)] long? LastHeard);
