namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// Remembers which tasks run, so that those whose silo died are taken up again though nobody asks for them. One of a few shards,
/// keyed by its number.
/// </summary>
[Alias("OrleansTasks.IRunningTasksGrain")]
public interface IRunningTasksGrain : IGrainWithIntegerKey
{
    /// <summary>Remembers a task that is about to start. It is stored before this returns.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>A task that ends when it is stored.</returns>
    [Alias("Add"), ResponseTimeout("00:00:02.500")]
    Task Add(Guid taskId);

    /// <summary>Forgets a task that has ended.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>A task that ends when that is stored.</returns>
    [Alias("Remove"), ResponseTimeout("00:00:02.500")]
    Task Remove(Guid taskId);

    /// <summary>Reads every task that has been here for a while: a task that is read is taken up if nobody is at work on it.</summary>
    /// <param name="includeYoung">Also those whose start may not be stored yet: right only while nothing can be starting.</param>
    /// <returns>A task that ends when all were read.</returns>
    [Alias("Revive")]
    Task Revive(bool includeYoung);
}
