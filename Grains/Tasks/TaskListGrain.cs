using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// A list of tasks in memory. Changes are stored together once a second, with the tasks' own expiry, and when the grain is deactivated. The states
/// are read from the tasks when the list is read, and the ends of tasks are remembered.
/// </summary>
[Reentrant, GrainType("tasklist")]
internal sealed partial class TaskListGrain(
    [PersistentState("list", TaskStorage.Name)] IPersistentState<TaskListRecord> record,
    IOptions<TaskOptions> options,
    TaskClock clock,
    ILogger<TaskListGrain> logger) : Grain, ITaskListGrain
{
    private const int MaxTasks = 1000;
    private const int MaxReadsAtOnce = 16;

    private static readonly TimeSpan WritePeriod = TimeSpan.FromSeconds(1);

    private bool _isChanged;
    private Task _writing = Task.CompletedTask;

    /// <summary>Oldest first.</summary>
    private List<TaskListItem> Items => record.State.Items;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            _ => _writing = WriteChangesAsync(),
            new GrainTimerCreationOptions(WritePeriod, WritePeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _writing;
        await WriteChangesAsync();
    }

    public Task Add(TaskListEntry[] tasks)
    {
        foreach (var task in tasks)
        {
            _isChanged |= Insert(new TaskListItem { Task = task });
        }

        return Task.CompletedTask;
    }

    public Task Remove(Guid taskId)
    {
        if (Items.Find(item => item.Task.Id == taskId) is { } item)
        {
            item.IsGone = true;
            _isChanged = true;
        }

        return Task.CompletedTask;
    }

    public async Task<TaskListPage> Read(TaskListQuery query)
    {
        // A copy, as tasks are added while others are read.
        var newestFirst = Items.AsEnumerable().Reverse().ToArray();
        var start = query.After is { } after ? Array.FindIndex(newestFirst, item => item.Task.Id == after) : -1;
        var page = new List<ListedTask>();
        if (query.After is not null && start < 0)
        {
            return new TaskListPage([], HasMore: false);
        }

        foreach (var some in newestFirst.Skip(start + 1).Where(item => Matches(item, query)).Chunk(MaxReadsAtOnce))
        {
            foreach (var task in await Task.WhenAll(some.Select(ReadAsync)))
            {
                if (task is null || (query.State is { } state && task.State != state))
                {
                    continue;
                }

                if (page.Count == query.Limit)
                {
                    return new TaskListPage([.. page], HasMore: true);
                }

                page.Add(task);
            }
        }

        return new TaskListPage([.. page], HasMore: false);
    }

    private static bool Matches(TaskListItem item, TaskListQuery query) =>
        !item.IsGone
        && (query.Kind is null || item.Task.Kind == query.Kind)
        && (query.State is null || item.Finished is null || item.State == query.State);

    /// <returns>Null if the task is deleted, has expired, or cannot be read because its record is damaged.</returns>
    private async Task<ListedTask?> ReadAsync(TaskListItem item)
    {
        if (item.Finished is null)
        {
            try
            {
                var task = await GrainFactory.GetGrain<ITaskGrain>(item.Task.Id).ReadSummary();
                if (task is { State: TaskState.Running })
                {
                    return new ListedTask(item.Task, task.State, task.Progress, Finished: null);
                }

                (item.IsGone, item.State, item.Finished) = (task is null, task?.State ?? default, task?.Finished);
                _isChanged = true;
            }
            catch (InvalidDataException)
            {
                // The task's grain has logged this.
                return null;
            }
        }

        var isExpired = item.Finished is { } finished
            && clock.TimeOfExpiry.ToUnixTimeSeconds() >= finished + (long)options.Value.Retention.TotalSeconds;
        return item.IsGone || isExpired ? null : new ListedTask(item.Task, item.State, Progress: 100, item.Finished);
    }

    /// <returns>False if the task is listed already.</returns>
    private bool Insert(TaskListItem item)
    {
        var listed = Items.FindLastIndex(other => other.Task.Id == item.Task.Id);
        if (listed >= 0)
        {
            if (Items[listed].Task.Started == item.Task.Started)
            {
                return false;
            }

            // An Idempotency-Key that was used again, after its task had expired.
            Items.RemoveAt(listed);
        }

        // Usually last: only a resumed task is older than others.
        Items.Insert(Items.FindLastIndex(other => other.Task.Started <= item.Task.Started) + 1, item);
        Items.RemoveRange(0, Math.Max(0, Items.Count - MaxTasks));
        return true;
    }

    private async Task WriteChangesAsync()
    {
        if (!_isChanged)
        {
            return;
        }

        try
        {
            _isChanged = false;
            await WriteAsync();
        }
        catch (Exception exception)
        {
            LogNotWritten(exception, this.GetPrimaryKeyString());
            _isChanged = true;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await record.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // The record has expired meanwhile, or another activation wrote it: the next write stores both.
            var mine = Items;
            await record.ReadStateAsync();
            mine.ForEach(item => Insert(item));
            _isChanged = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of tasks \"{List}\" could not be stored; will retry while it is in use.")]
    private partial void LogNotWritten(Exception exception, string list);
}

/// <summary>What storage keeps of a list of tasks. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("TaskListRecord")]
public sealed class TaskListRecord
{
    /// <summary>Oldest first.</summary>
    [Id(0)]
    public List<TaskListItem> Items { get; set; } = [];
}

/// <summary>A task in a stored list.</summary>
[GenerateSerializer, Alias("TaskListItem")]
public sealed class TaskListItem
{
    /// <summary>The task as it was started.</summary>
    [Id(0)]
    public required TaskListEntry Task { get; init; }

    /// <summary>The state that the task ended in, if its end was seen.</summary>
    [Id(1)]
    public TaskState State { get; set; }

    /// <summary>When it ended, in Unix seconds; null unless its end was seen.</summary>
    [Id(2)]
    public long? Finished { get; set; }

    /// <summary>Whether it was deleted or has expired. It keeps its place, as a client may read on after it.</summary>
    [Id(3)]
    public bool IsGone { get; set; }
}
