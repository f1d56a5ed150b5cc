using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Echo;

/// <summary>Asks all 25 servers whether they are up, and how fast they answer.</summary>
[GenerateSerializer, Immutable, Alias("EchoInput")]
public sealed record EchoInput : TaskInput;
