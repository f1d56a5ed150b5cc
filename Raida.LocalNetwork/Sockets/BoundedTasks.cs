namespace Raida.LocalNetwork.Sockets;

/// <summary>
/// Tasks that run beside their starter, at most so many at once, and are waited for at the end. An exception that a task does
/// not expect comes out of <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class BoundedTasks(int limit) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly SemaphoreSlim _room = new(limit);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Takes the room for a task, waiting for it.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when there is room.</returns>
    public Task TakeRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>Takes the room for a task if there is some.</summary>
    /// <returns>Whether there is.</returns>
    public bool TryTakeRoom() => _room.Wait(0, CancellationToken.None);

    /// <summary>Runs a task, whose room must have been taken.</summary>
    /// <param name="work">What to do; it is cancelled at the end.</param>
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

    /// <summary>Cancels all tasks and waits for them. Nothing may be started any more.</summary>
    /// <returns>A task that ends when all have ended.</returns>
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
        // A task that failed is kept, for its exception.
        if (!task.IsFaulted)
        {
            lock (_gate)
            {
                _running.Remove(task);
            }
        }

        _room.Release();
    }
}
