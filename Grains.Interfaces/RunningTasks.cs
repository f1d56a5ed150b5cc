namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// One shard of the durable index of running tasks, keyed by its number. Tasks whose silo died are found here and resumed, even if no
/// client reads them.
/// </summary>
[Alias("OrleansTasks.IRunningTasksGrain")]
public interface IRunningTaskIndexGrain : IGrainWithIntegerKey
{
    /// <summary>Adds a task that is about to start. It is stored before this returns.</summary>
    [Alias("Add"), ResponseTimeout("00:00:02.500")]
    Task Add(Guid taskId);

    /// <summary>Removes a task that has ended. This is stored with the next change, or a second later.</summary>
    [Alias("Remove"), ResponseTimeout("00:00:02.500")]
    Task Remove(Guid taskId);

    /// <summary>
    /// Reads every task that was added at least 20 s ago, which resumes it if no silo is running it. A silo that has just started is slow
    /// to reply: its first call loads and compiles code.
    /// </summary>
    /// <param name="includeYoung">Includes tasks whose start may not be stored yet. Valid only while no task can be starting.</param>
    [Alias("Revive"), ResponseTimeout("00:00:30")]
    Task Revive(bool includeYoung);
}
