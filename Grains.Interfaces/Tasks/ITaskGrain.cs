using Orleans.Concurrency;

namespace OrleansTasks.Grains.Tasks;

/// <summary>One task, keyed by its id: started once, read while it runs and after it has ended.</summary>
[Alias("OrleansTasks.ITaskGrain")]
public interface ITaskGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Starts the task. It is stored as running before this returns, and the work goes on beside it. A repeat changes nothing and
    /// gives the task as it is.
    /// </summary>
    /// <param name="input">What to do; its type decides which job does it.</param>
    /// <returns>The task, or that it was not started.</returns>
    [Alias("Start")]
    Task<StartReply> Start(TaskInput input);

    /// <summary>Reads the task as it is now; never waits for the work.</summary>
    /// <returns>Null when no task has this id.</returns>
    [Alias("Read"), AlwaysInterleave]
    Task<TaskSnapshot?> Read();
}
