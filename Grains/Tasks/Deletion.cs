namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Says that a task was deleted, and lies where it was for some time: a start that was sent before, and lay unread in a process that hung,
/// must not bring it back.
/// </summary>
/// <param name="Id">Names the deletion, to whoever starts the task anew.</param>
/// <param name="At">When it was, in Unix seconds.</param>
[GenerateSerializer, Immutable, Alias("Deletion")]
public sealed record Deletion([property: Id(0)] Guid Id, [property: Id(1)] long At);
