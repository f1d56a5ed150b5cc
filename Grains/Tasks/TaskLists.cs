namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Reports tasks to the lists, those of a moment in one call: with a call for each, a list would cost a start a tenth more time. A list that misses
/// a task is no reason to reject its start, so failures are ignored.
/// </summary>
internal sealed class TaskLists(IGrainFactory grains)
{
    /// <summary>A list usually replies within a millisecond. A start waits longer only while the list's silo hangs.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(0.5);

    private readonly Lock _gate = new();

    /// <summary>What is to be added next, by the key of the list.</summary>
    private readonly Dictionary<string, Batch> _open = new(StringComparer.Ordinal);

    /// <summary>Adds a task to the lists of its owner and of all, so that whoever reads them next finds it.</summary>
    public Task AddAsync(Guid taskId, TaskInput input, long started)
    {
        var entry = new TaskListEntry(taskId, input.Kind, started, input.CoinCount);
        var adding = AddAsync(TaskListKey.All, entry);
        return input.Owner is { } owner ? Task.WhenAll(adding, AddAsync(TaskListKey.Of(owner), entry)) : adding;
    }

    public void Remove(Guid taskId, string? owner)
    {
        grains.GetGrain<ITaskListGrain>(TaskListKey.All).Remove(taskId).Ignore();
        if (owner is not null)
        {
            grains.GetGrain<ITaskListGrain>(TaskListKey.Of(owner)).Remove(taskId).Ignore();
        }
    }

    private Task AddAsync(string key, TaskListEntry entry)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(key, out var batch))
            {
                batch = new Batch();
                _open.Add(key, batch);
                batch.Added = SendAsync(key, batch);
            }

            batch.Entries.Add(entry);
            return batch.Added;
        }
    }

    private async Task SendAsync(string key, Batch batch)
    {
        // The busier the process, the more tasks join before the call. Later ones begin another batch.
        await ThreadPoolQueue.PassAsync();
        lock (_gate)
        {
            _open.Remove(key);
        }

        await grains.GetGrain<ITaskListGrain>(key).Add([.. batch.Entries]).WaitAsync(MaxWait).ConfigureAwait(
            ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Batch
    {
        public List<TaskListEntry> Entries { get; } = [];

        public Task Added { get; set; } = Task.CompletedTask;
    }
}
