using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Echo;

/// <summary>Asks all 25 servers whether they are up, and how fast they reply.</summary>
[GenerateSerializer, Immutable, Alias("EchoInput")]
public sealed record EchoInput : TaskInput
{
    /// <inheritdoc />
    public override string Kind => "echo";
}

/// <summary>Which of the 25 servers replied with success, RAIDA 0 first.</summary>
/// <param name="LatencyMilliseconds">For each server the time to the reply, or until the request was abandoned, rounded.</param>
[GenerateSerializer, Immutable, Alias("EchoResult")]
public sealed record EchoResult(
    [property: Id(0)] bool[] Answered,
    [property: Id(1)] int[] LatencyMilliseconds) : TaskResult;
