namespace OrleansTasks.Grains.Tasks;

/// <summary>A job for one type of input.</summary>
/// <typeparam name="TInput">The input that it was registered for.</typeparam>
public abstract class Job<TInput> : IJob
    where TInput : TaskInput
{
    /// <inheritdoc />
    public Task<JobOutcome> RunAsync(TaskInput input, IJobProgress progress, CancellationToken cancellationToken) =>
        RunAsync((TInput)input, progress, cancellationToken);

    /// <summary>Does the work.</summary>
    /// <param name="input">What to do.</param>
    /// <param name="progress">Where to say how far it is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How the work ended.</returns>
    protected abstract Task<JobOutcome> RunAsync(TInput input, IJobProgress progress, CancellationToken cancellationToken);
}
