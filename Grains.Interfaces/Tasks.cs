using Orleans.Concurrency;

namespace OrleansTasks.Grains.Tasks;

/// <summary>One task, keyed by its id: started once, read while it runs and after it has ended.</summary>
[Alias("OrleansTasks.ITaskGrain")]
public interface ITaskGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Starts the task. It is stored as running before this returns; the work continues afterwards. A retry with the same content changes
    /// nothing and returns the task as it is.
    /// </summary>
    /// <param name="input">Its type decides which job does the work.</param>
    /// <param name="contentHash">
    /// A hash of the request's content, which must be the same in a retry; kept as long as the task. Empty for a start without an
    /// Idempotency-Key: only the gateway's own retries have its id.
    /// </param>
    /// <returns>The task, or why it was not started.</returns>
    /// <exception cref="OrleansException">The start could not be stored, or the silo is shutting down. The call may be retried.</exception>
    [Alias("Start")]
    Task<StartReply> Start(TaskInput input, byte[] contentHash);

    /// <summary>Reads the task as it is now; never waits for the work.</summary>
    /// <returns>Null if there is no task: it never existed, has expired, or was deleted.</returns>
    [Alias("Read"), AlwaysInterleave]
    Task<TaskSnapshot?> Read();

    /// <summary>Reads the task without its result, for lists.</summary>
    /// <returns>Null if there is no task.</returns>
    [Alias("ReadSummary"), AlwaysInterleave]
    Task<TaskSnapshot?> ReadSummary();

    /// <summary>Waits for a change of the task, for a limited time, and reads it (long polling).</summary>
    /// <param name="version">The last version that the caller has received; null to wait for the end of the task.</param>
    /// <param name="wait">At most 10 s. The wait also ends when the silo shuts down.</param>
    /// <returns>The task, which may be unchanged; null if there is none.</returns>
    [Alias("ReadAfter"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<TaskSnapshot?> ReadAfter(long? version, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a running task in error, with the message <c>Cancelled</c>. No more requests are sent to the servers for it; an echo in flight is
    /// retransmitted until its own timeout.
    /// </summary>
    /// <returns>The task, and whether this call ended it.</returns>
    [Alias("Cancel")]
    Task<CancelReply> Cancel();

    /// <summary>
    /// Cancels the task if it runs, and replaces it by a tombstone. Reads do not find the task any more, and starts with its id are rejected
    /// until the tombstone expires.
    /// </summary>
    /// <returns>False if there is no task: it never existed, has expired, or was deleted.</returns>
    [Alias("Delete")]
    Task<bool> Delete();
}

/// <summary>What a task is asked to do. A kind of task is a sealed record derived from this, and a job that takes it.</summary>
[GenerateSerializer, Immutable, Alias("TaskInput")]
public abstract record TaskInput
{
    /// <summary>The kind of task for clients, for example <c>detect</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The number of coins; null for a kind of task without coins.</summary>
    public virtual int? CoinCount => null;

    /// <summary>The name of the caller that the task belongs to; null without access control.</summary>
    [Id(0)]
    public string? Owner { get; init; }

    /// <summary>How many tasks of its caller may run on a silo; null for <c>Tasks:MaxRunningPerCaller</c>.</summary>
    [Id(1)]
    public int? MaxRunningOfOwner { get; init; }

    /// <summary>About how many bytes it holds while the task runs.</summary>
    public virtual long Length => 0;
}

/// <summary>What a completed task found. Each kind of task derives a sealed record of its own.</summary>
[GenerateSerializer, Immutable, Alias("TaskResult")]
public abstract record TaskResult;

/// <summary>The state of a task. The last two are terminal: such a task never changes again.</summary>
[GenerateSerializer, Alias("TaskState")]
public enum TaskState
{
    /// <summary>The work continues.</summary>
    Running = 0,

    /// <summary>It ended with a result.</summary>
    Completed = 1,

    /// <summary>It ended without a result; the message has the reason.</summary>
    Error = 2,
}

/// <summary>The state of a task at one moment.</summary>
/// <param name="Progress">0 to 100 percent; never decreases, and is 100 only in a terminal state.</param>
/// <param name="Started">When it was started, in Unix seconds.</param>
/// <param name="Finished">When it ended, in Unix seconds; null while it runs.</param>
/// <param name="Message">The current activity, or why it ended in error.</param>
/// <param name="Result">What it found; null unless it is completed.</param>
/// <param name="Version">Another number after each change, in no order; 0 in a terminal state.</param>
/// <param name="Owner">The name of the caller that the task belongs to; null without access control.</param>
[GenerateSerializer, Immutable, Alias("TaskSnapshot")]
public sealed record TaskSnapshot(
    [property: Id(0)] Guid Id,
    [property: Id(1)] TaskState State,
    [property: Id(2)] int Progress,
    [property: Id(3)] long Started,
    [property: Id(4)] long? Finished,
    [property: Id(5)] string Message,
    [property: Id(6)] TaskResult? Result,
    [property: Id(7)] long Version = 0,
    [property: Id(8)] string? Owner = null);

/// <summary>The outcome of a start.</summary>
[GenerateSerializer, Alias("StartOutcome")]
public enum StartOutcome
{
    /// <summary>The task is stored and runs, or was started by an earlier call with the same content.</summary>
    Accepted = 0,

    /// <summary>It was not started: the silo cannot run more tasks now.</summary>
    TooManyRunning = 1,

    /// <summary>It was not started: a task with this id was started with other content.</summary>
    OtherContent = 2,

    /// <summary>It was not started: the silo is shutting down, and there is no other.</summary>
    ShuttingDown = 3,

    /// <summary>It was not started: the task with this id was deleted, and its tombstone has not expired yet.</summary>
    Deleted = 4,

    /// <summary>It was not started: too many tasks of its caller are running on the silo.</summary>
    TooManyOfCaller = 5,
}

/// <summary>The reply to a start.</summary>
/// <param name="Task">The task if it was accepted; otherwise null.</param>
[GenerateSerializer, Immutable, Alias("StartReply")]
public sealed record StartReply([property: Id(0)] StartOutcome Outcome, [property: Id(1)] TaskSnapshot? Task = null);

/// <summary>The reply to a cancel.</summary>
/// <param name="Cancelled">Whether this call ended the task; false if it had already ended.</param>
/// <param name="Task">The current state of the task; null if there is no such task.</param>
[GenerateSerializer, Immutable, Alias("CancelReply")]
public sealed record CancelReply([property: Id(0)] bool Cancelled, [property: Id(1)] TaskSnapshot? Task);

/// <summary>The name of the cluster of silos and gateways; they only find each other under the same name.</summary>
public static class ClusterName
{
    /// <summary>The cluster's and the service's id unless the configuration has others.</summary>
    public const string Default = "orleans-tasks";
}
