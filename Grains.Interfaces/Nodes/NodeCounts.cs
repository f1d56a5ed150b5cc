namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// How requests to a server ended since the silos that tell so were started. Those that tasks gave up, and probes, are not among them.
/// </summary>
/// <param name="Answered">It answered, with whatever status.</param>
/// <param name="NoReply">Nothing came within the deadline.</param>
/// <param name="Refused">Nobody listened at its address.</param>
/// <param name="Dropped">A network error on this side.</param>
/// <param name="NotAsked">The server was down, or too many requests waited for it.</param>
[GenerateSerializer, Immutable, Alias("NodeCounts")]
public sealed record NodeCounts(
    [property: Id(0)] long Answered,
    [property: Id(1)] long NoReply,
    [property: Id(2)] long Refused,
    [property: Id(3)] long Dropped,
    [property: Id(4)] long NotAsked)
{
    /// <summary>Adds what another silo counted.</summary>
    /// <param name="other">Its counts.</param>
    /// <returns>The sums.</returns>
    public NodeCounts Add(NodeCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new NodeCounts(
            Answered + other.Answered,
            NoReply + other.NoReply,
            Refused + other.Refused,
            Dropped + other.Dropped,
            NotAsked + other.NotAsked);
    }
}
