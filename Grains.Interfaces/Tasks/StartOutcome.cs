namespace OrleansTasks.Grains.Tasks;

/// <summary>What became of a start. Silos of earlier versions also return 3, when they are shutting down.</summary>
[GenerateSerializer, Alias("StartOutcome")]
public enum StartOutcome
{
    /// <summary>The task is stored and runs, or was started by an earlier call with the same content.</summary>
    Accepted = 0,

    /// <summary>It was not started: the silo runs as many tasks as it may.</summary>
    TooManyRunning = 1,

    /// <summary>It was not started: a task with this id was started with other content.</summary>
    OtherContent = 2,

    /// <summary>It was not started: the task with this id was deleted, and its tombstone has not expired yet.</summary>
    Deleted = 4,
}
