namespace OrleansTasks.Grains.Nodes;

/// <summary>What a server said of some coins.</summary>
/// <param name="Statuses">One byte a coin, a CoinStatus of Raida's, in the order asked.</param>
/// <param name="Failure">Null when it gave a verdict on every coin; else what went wrong, the same for all of them.</param>
[GenerateSerializer, Immutable, Alias("NodeDetectReply")]
public sealed record NodeDetectReply(
    [property: Id(0)] byte[] Statuses,
    [property: Id(1)] string? Failure);
