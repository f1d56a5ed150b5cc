namespace OrleansTasks.Grains.Tasks;

/// <summary>The answer to a start.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Task">The task, when it was accepted; else null.</param>
[GenerateSerializer, Immutable, Alias("StartReply")]
public sealed record StartReply(
    [property: Id(0)] StartOutcome Outcome,
    [property: Id(1)] TaskSnapshot? Task = null);
