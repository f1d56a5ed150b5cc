namespace OrleansTasks.Grains.Tasks;

/// <summary>What became of a start.</summary>
/// <param name="Task">The task; null when it was not started because the silo runs as many as it may.</param>
[GenerateSerializer, Immutable, Alias("StartReply")]
public sealed record StartReply([property: Id(0)] TaskSnapshot? Task);
