using Orleans.Concurrency;

namespace OrleansTasks.Grains.Tasks;

/// <summary>The newest 1,000 tasks of one caller, or of all callers: see <see cref="TaskListKey"/>. A second after a change, it is stored.</summary>
[Alias("OrleansTasks.ITaskListGrain")]
public interface ITaskListGrain : IGrainWithStringKey
{
    /// <summary>Adds tasks that were started or resumed, except those that are listed already.</summary>
    [Alias("Add")]
    Task Add(TaskListEntry[] tasks);

    /// <summary>Hides a deleted task. Its id can still be passed as <see cref="TaskListQuery.After"/>.</summary>
    [Alias("Remove"), OneWay]
    Task Remove(Guid taskId);

    /// <summary>Reads a page of the list, newest tasks first. Asks the tasks whose end it has not seen yet.</summary>
    /// <exception cref="OrleansException">A task cannot be read now.</exception>
    [Alias("Read"), ResponseTimeout("00:00:15")]
    Task<TaskListPage> Read(TaskListQuery query);
}

/// <summary>The keys of task lists.</summary>
public static class TaskListKey
{
    /// <summary>The list of all callers' tasks.</summary>
    public const string All = "all";

    /// <summary>The list of one caller's tasks.</summary>
    public static string Of(string owner) => $"caller/{owner}";
}

/// <summary>What a list keeps of a task from its start.</summary>
/// <param name="Started">In Unix seconds.</param>
/// <param name="Coins">The number of coins; null for a kind of task without coins.</param>
[GenerateSerializer, Immutable, Alias("TaskListEntry")]
public sealed record TaskListEntry(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Kind,
    [property: Id(2)] long Started,
    [property: Id(3)] int? Coins);

/// <summary>Which tasks to list.</summary>
/// <param name="State">Null for tasks in any state.</param>
/// <param name="Kind">Null for tasks of any kind.</param>
/// <param name="Limit">The maximum number of tasks.</param>
/// <param name="After">The id of the last task of the previous page; null for the first page.</param>
[GenerateSerializer, Immutable, Alias("TaskListQuery")]
public sealed record TaskListQuery(
    [property: Id(0)] TaskState? State,
    [property: Id(1)] string? Kind,
    [property: Id(2)] int Limit,
    [property: Id(3)] Guid? After);

/// <summary>A part of a list, newest tasks first.</summary>
[GenerateSerializer, Immutable, Alias("TaskListPage")]
public sealed record TaskListPage([property: Id(0)] ListedTask[] Tasks, [property: Id(1)] bool HasMore);

/// <summary>A task in a list.</summary>
/// <param name="Finished">In Unix seconds; null while it runs.</param>
[GenerateSerializer, Immutable, Alias("ListedTask")]
public sealed record ListedTask(
    [property: Id(0)] TaskListEntry Task,
    [property: Id(1)] TaskState State,
    [property: Id(2)] int Progress,
    [property: Id(3)] long? Finished);
