namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Marks the record that replaces a deleted task's: a start that arrives late, or repeats an Idempotency-Key, must not bring the task back.
/// Earlier versions stored an id as member 0, and read the time from here.
/// </summary>
[GenerateSerializer, Immutable, Alias("Deletion")]
public sealed record Tombstone
{
    /// <summary>When the task was deleted, in Unix seconds.</summary>
    [Id(1)]
    public long DeletedAt { get; init; }
}
