namespace OrleansTasks.Grains.Tasks;

/// <summary>Tells the lists about tasks, without waiting: a list that misses a task is no reason to reject its start.</summary>
internal sealed class TaskLists(IGrainFactory grains)
{
    // Creating a reference reads the attributes of the interface's type.
    private readonly Lazy<ITaskListGrain> _all = new(() => grains.GetGrain<ITaskListGrain>(TaskListKey.All));

    public void Add(Guid taskId, TaskInput input, long started)
    {
        var entry = new TaskListEntry(taskId, input.Kind, started, input.CoinCount);
        _all.Value.Add(entry).Ignore();
        if (input.Owner is { } owner)
        {
            grains.GetGrain<ITaskListGrain>(TaskListKey.Of(owner)).Add(entry).Ignore();
        }
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
