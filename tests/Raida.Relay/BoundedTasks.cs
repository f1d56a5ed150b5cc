namespace Raida.Relay;

/// <summary>
/// Tasks that run in the background, up to a maximum number at once. <see cref="DisposeAsync"/> cancels and awaits them, and throws an
/// exception that a task did not handle.
/// </summary>
internal sealed class BoundedTasks(int limit) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly SemaphoreSlim _places = new(limit);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Waits until the maximum number is no longer reached, and reserves a place for a task.</summary>
    public Task ReserveAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>Reserves a place for a task, unless the maximum number is reached.</summary>
    public bool TryReserve() => _places.Wait(0, CancellationToken.None);

    /// <summary>Runs a task for which a place was reserved.</summary>
    public void Run(Func<CancellationToken, Task> work)
    {
        var token = _stopping.Token;
        var task = Task.Run(() => work(token), CancellationToken.None);
        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(
            OnEnded,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Cancels all tasks and waits for them. No task may be started afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        try
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // They were cancelled above.
        }

        _stopping.Dispose();
    }

    private void OnEnded(Task task)
    {
        // A failed task is kept for its exception.
        if (!task.IsFaulted)
        {
            lock (_gate)
            {
                _running.Remove(task);
            }
        }

        _places.Release();
    }
}
