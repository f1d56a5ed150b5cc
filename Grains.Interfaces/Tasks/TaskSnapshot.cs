namespace OrleansTasks.Grains.Tasks;

/// <summary>A task as it was at one moment.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Progress">0 to 100 percent; never falls, and is 100 only in a terminal state.</param>
/// <param name="Started">When it was started, in Unix seconds.</param>
/// <param name="Finished">When it ended, in Unix seconds; null while it runs.</param>
/// <param name="Message">What is going on, or why it ended in error.</param>
/// <param name="Result">What it found; null unless it is completed.</param>
[GenerateSerializer, Immutable, Alias("TaskSnapshot")]
public sealed record TaskSnapshot(
    [property: Id(0)] Guid Id,
    [property: Id(1)] TaskState State,
    [property: Id(2)] int Progress,
    [property: Id(3)] long Started,
    [property: Id(4)] long? Finished,
    [property: Id(5)] string Message,
    [property: Id(6)] TaskResult? Result);
