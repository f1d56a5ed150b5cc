namespace OrleansTasks.Grains.Tasks;

/// <summary>Lets any number of calls of one grain wait for its next event.</summary>
internal sealed class Signal
{
    private TaskCompletionSource? _next;

    /// <summary>Completes when <see cref="Set"/> is called next.</summary>
    public Task Next => (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Set()
    {
        _next?.SetResult();
        _next = null;
    }
}
