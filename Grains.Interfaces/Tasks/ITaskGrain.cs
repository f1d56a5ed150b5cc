using Orleans.Concurrency;

namespace OrleansTasks.Grains.Tasks;

/// <summary>One task, keyed by its id: started once, read while it runs and after it has ended.</summary>
[Alias("OrleansTasks.ITaskGrain")]
public interface ITaskGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Starts the task. It is stored as running before this returns, and the work goes on beside it. A repeat with the same content
    /// changes nothing and gives the task as it is.
    /// </summary>
    /// <param name="input">What to do; its type decides which job does it.</param>
    /// <param name="contentHash">
    /// What a repeat must have in common with the first call, or empty where the id is new with every call: a hash of the request's
    /// content, which is kept as long as the task.
    /// </param>
    /// <returns>The task, or why it was not started.</returns>
    [Alias("Start")]
    Task<StartReply> Start(TaskInput input, byte[] contentHash);

    /// <summary>Reads the task as it is now; never waits for the work.</summary>
    /// <returns>Null when no task has this id.</returns>
    [Alias("Read"), AlwaysInterleave]
    Task<TaskSnapshot?> Read();

    /// <summary>Ends a running task in error, with the message <c>Cancelled</c>. Nothing more is asked of the servers for it.</summary>
    /// <returns>The task, and whether it was this call that ended it.</returns>
    [Alias("Cancel")]
    Task<CancelReply> Cancel();

    /// <summary>
    /// Cancels the task if it runs, and replaces it by a tombstone. Reads do not find the task any more, and starts with its id are rejected
    /// until the tombstone expires.
    /// </summary>
    /// <returns>False when there is no task: it never existed, has expired, or was deleted.</returns>
    [Alias("Delete")]
    Task<bool> Delete();
}
