namespace OrleansTasks.Grains.Nodes;

/// <summary>How a server took an echo.</summary>
/// <param name="Answered">Whether it answered with success.</param>
/// <param name="LatencyMilliseconds">The time to the answer, or until the server was given up, rounded.</param>
/// <param name="Failure">Null on success; else what went wrong, for example <c>no reply within 2000 ms</c>.</param>
[GenerateSerializer, Immutable, Alias("NodeEchoReply")]
public sealed record NodeEchoReply(
    [property: Id(0)] bool Answered,
    [property: Id(1)] int LatencyMilliseconds,
    [property: Id(2)] string? Failure);
