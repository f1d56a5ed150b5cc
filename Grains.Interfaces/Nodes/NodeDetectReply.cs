namespace OrleansTasks.Grains.Nodes;

/// <summary>What a server said of some coins.</summary>
/// <param name="Statuses">One byte a coin, a CoinStatus of Raida's, in the order asked.</param>
/// <param name="Failure">Null when it gave a verdict on every coin; else what went wrong, the same for all of them.</param>
/// <param name="Contact">Whether it was asked, and answered.</param>
[GenerateSerializer, Immutable, Alias("NodeDetectReply")]
public sealed record NodeDetectReply(
    [property: Id(0)] byte[] Statuses,
    [property: Id(1)] string? Failure,
    [property: Id(2)] NodeContact Contact = NodeContact.Answered);
