namespace OrleansTasks.Grains.Tasks;

/// <summary>The answer to a cancel.</summary>
/// <param name="Cancelled">Whether this call ended the task; false when it had ended before.</param>
/// <param name="Task">The task as it is now; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("CancelReply")]
public sealed record CancelReply([property: Id(0)] bool Cancelled, [property: Id(1)] TaskSnapshot? Task);
