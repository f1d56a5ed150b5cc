using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Echo;

/// <summary>Asks all 25 servers whether they are up, and how fast they reply.</summary>
[GenerateSerializer, Immutable, Alias("EchoInput")]
public sealed record EchoInput : TaskInput;

/// <summary>Which servers replied, and how fast; RAIDA 0 first.</summary>
/// <param name="Answered">25 values: whether each server replied.</param>
/// <param name="LatencyMilliseconds">25 values: the time to the reply, or until the request was abandoned, rounded.</param>
[GenerateSerializer, Immutable, Alias("EchoResult")]
public sealed record EchoResult(
    [property: Id(0)] bool[] Answered,
    [property: Id(1)] int[] LatencyMilliseconds) : TaskResult;
