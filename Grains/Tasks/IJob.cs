namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Does the work of one kind of task. One instance serves all tasks of its kind. A run stays on its task grain's scheduler, so its state needs
/// no locks. It may run again for the same task after a silo died.
/// </summary>
public interface IJob
{
    /// <summary>Does the work.</summary>
    /// <param name="input">The input, of the type that the job was registered for.</param>
    /// <param name="cancellationToken">Cancelled when the task is cancelled or deleted, its deadline passes, or its grain leaves this silo.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    Task<JobOutcome> RunAsync(TaskInput input, IJobProgress progress, CancellationToken cancellationToken);
}

/// <summary>A job for one type of input.</summary>
public abstract class Job<TInput> : IJob
    where TInput : TaskInput
{
    /// <inheritdoc />
    public Task<JobOutcome> RunAsync(TaskInput input, IJobProgress progress, CancellationToken cancellationToken) =>
        RunAsync((TInput)input, progress, cancellationToken);

    /// <summary>Does the work.</summary>
    protected abstract Task<JobOutcome> RunAsync(TInput input, IJobProgress progress, CancellationToken cancellationToken);
}

/// <summary>Receives the progress of a job.</summary>
public interface IJobProgress
{
    /// <summary>Reports progress. The task shows the highest percentage that was reported, and at most 99.</summary>
    /// <param name="total">How much there is to do; above 0.</param>
    /// <param name="message">The current activity.</param>
    void Report(int done, int total, string message);
}

/// <summary>The end of a job: a result, or the reason for a failure.</summary>
/// <param name="Result">The result; null when the work failed.</param>
/// <param name="Message">The message that the task ends with.</param>
public sealed record JobOutcome(TaskResult? Result, string Message)
{
    /// <summary>The task ends as completed.</summary>
    public static JobOutcome Completed(TaskResult result) => new(result, "Command Completed");

    /// <summary>The task ends in error.</summary>
    /// <param name="reason">A sentence for the task's owner.</param>
    public static JobOutcome Failed(string reason) => new(null, reason);
}
