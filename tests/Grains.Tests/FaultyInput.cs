using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>The input of <see cref="FaultyJob"/>.</summary>
[GenerateSerializer, Immutable, Alias("FaultyInput")]
public sealed record FaultyInput : TaskInput
{
    public override string Kind => "faulty";
}
