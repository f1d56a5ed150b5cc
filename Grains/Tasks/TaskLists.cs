namespace OrleansTasks.Grains.Tasks;

/// <summary>Reports tasks to the lists. A list that misses a task is no reason to reject its start, so failures are ignored.</summary>
internal sealed class TaskLists(IGrainFactory grains)
{
    /// <summary>A list usually replies within a millisecond. A start waits longer only while the list's silo hangs.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(0.5);

    // Creating a reference reads the attributes of the interface's type.
    private readonly Lazy<ITaskListGrain> _all = new(() => grains.GetGrain<ITaskListGrain>(TaskListKey.All));

    /// <summary>Adds a task to the lists of its owner and of all, so that whoever reads them next finds it.</summary>
    public async Task AddAsync(Guid taskId, TaskInput input, long started)
    {
        var entry = new TaskListEntry(taskId, input.Kind, started, input.CoinCount);
        var adding = _all.Value.Add(entry);
        if (input.Owner is { } owner)
        {
            adding = Task.WhenAll(adding, grains.GetGrain<ITaskListGrain>(TaskListKey.Of(owner)).Add(entry));
        }

        await adding.WaitAsync(MaxWait).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Remove(Guid taskId, string? owner)
    {
        _all.Value.Remove(taskId).Ignore();
        if (owner is not null)
        {
            grains.GetGrain<ITaskListGrain>(TaskListKey.Of(owner)).Remove(taskId).Ignore();
        }
    }
}
