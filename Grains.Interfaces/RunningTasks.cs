namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// Part of the durable index of running tasks, keyed by the part's number. Tasks whose silo died are found here and resumed, even if no
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

    /// <summary>Reads every task that has been here for a while, which resumes it if no silo works on it.</summary>
    /// <param name="includeYoung">Also those whose start may not be stored yet: only right while no task can be starting.</param>
    [Alias("Revive")]
    Task Revive(bool includeYoung);
}
