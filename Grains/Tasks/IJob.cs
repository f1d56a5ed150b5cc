namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Does the work of one kind of task. One instance serves all tasks of its kind; it runs on its task grain's scheduler, one turn at
/// a time, so that what it keeps for a run needs no locks. It may run again for the same task after a silo died.
/// </summary>
public interface IJob
{
    /// <summary>Does the work.</summary>
    /// <param name="input">What to do, of the type that the job was registered for.</param>
    /// <param name="progress">Where to say how far it is.</param>
    /// <param name="cancellationToken">Ends the work: the task's deadline passed, or its grain leaves this silo.</param>
    /// <returns>How the work ended.</returns>
    /// <exception cref="OperationCanceledException">The work was ended before it was done.</exception>
    Task<JobOutcome> RunAsync(TaskInput input, IJobProgress progress, CancellationToken cancellationToken);
}
