using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Echo;

/// <summary>Which servers answered, and how fast; RAIDA 0 first.</summary>
/// <param name="Answered">25 values: whether each server answered.</param>
/// <param name="LatencyMilliseconds">25 values: the time to the answer, or until the server was given up, rounded.</param>
[GenerateSerializer, Immutable, Alias("EchoResult")]
public sealed record EchoResult(
    [property: Id(0)] bool[] Answered,
    [property: Id(1)] int[] LatencyMilliseconds) : TaskResult;
