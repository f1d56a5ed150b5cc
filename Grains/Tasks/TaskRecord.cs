namespace OrleansTasks.Grains.Tasks;

/// <summary>The storage that tasks are kept in.</summary>
public static class TaskStorage
{
    /// <summary>The name of the grain storage provider that the host must register.</summary>
    public const string Name = "tasks";

    /// <summary>The name of the provider that keeps which tasks run. What is in it must not expire.</summary>
    public const string IndexName = "index";
}

/// <summary>
/// What storage keeps of a task. Written at its start and at its end. Numbers and aliases are the stored format: they are added to,
/// never changed.
/// </summary>
[GenerateSerializer, Alias("TaskRecord")]
public sealed class TaskRecord
{
    /// <summary>The state of the task.</summary>
    [Id(0)]
    public TaskState State { get; set; }

    /// <summary>What to do, secrets included: a record with it is encrypted. Gone once the task has ended.</summary>
    [Id(1)]
    public TaskInput? Input { get; set; }

    /// <summary>When it was started, in Unix seconds.</summary>
    [Id(2)]
    public long Started { get; set; }

    /// <summary>When it ended or was deleted, in Unix seconds.</summary>
    [Id(3)]
    public long? Finished { get; set; }

    /// <summary>The message that it ended with.</summary>
    [Id(4)]
    public string Message { get; set; } = "";

    /// <summary>What it found.</summary>
    [Id(5)]
    public TaskResult? Result { get; set; }

    /// <summary>A hash of the content that it was started with, which a retry of the start must have in common; otherwise empty.</summary>
    [Id(6)]
    public byte[] ContentHash { get; set; } = [];

    /// <summary>Not null if the task was deleted. The record then holds nothing else of it, and expires like that of an ended task.</summary>
    [Id(7)]
    public Tombstone? Tombstone { get; set; }

    /// <summary>The id of the task, so that the record of another task is not mistaken for it; null in records of earlier versions.</summary>
    [Id(8)]
    public Guid? Id { get; set; }

    /// <summary>The name of the caller that the task belongs to; null without access control, and in records of earlier versions.</summary>
    [Id(10)]
    public string? Owner { get; set; }

    /// <summary>Why the stored record cannot be read, without any of its content; null when it was read. Not stored itself.</summary>
    [field: NonSerialized]
    public string? Damage { get; set; }

    /// <summary>Creates what replaces the record of a deleted task.</summary>
    /// <param name="deletedAt">The time of the deletion in Unix seconds.</param>
    public static TaskRecord CreateTombstone(Guid id, long deletedAt) => new()
    {
        Id = id,
        State = TaskState.Error,
        Finished = deletedAt,
        Tombstone = new Tombstone { DeletedAt = deletedAt },
    };

    /// <summary>Finds why the record is not valid for a task: it could not be read, or garbage was read as something.</summary>
    /// <returns>What is wrong, without any content; null if the record is valid.</returns>
    public string? FindDamage(Guid id) => Damage ?? this switch
    {
        _ when Id is not null && Id != id => "the record of another task",
        { Tombstone: not null } => null,
        { State: TaskState.Running } => Input is null ? "a running task without its input" : null,
        { State: TaskState.Completed } => Result is null || Finished is null ? "a completed task without its result or end" : null,
        { State: TaskState.Error } => Finished is null ? "a failed task without its end" : null,
        _ => "an unknown state",
    };
}

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
