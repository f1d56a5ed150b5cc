using System.Text.Json.Serialization;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>A page of the list of tasks, newest first.</summary>
/// <param name="Next">What to pass as <c>after</c> to get the next page; absent on the last page.</param>
internal sealed record TaskListBody(ListedTaskBody[] Tasks, Guid? Next)
{
    public static TaskListBody From(TaskListPage page) =>
        new(Array.ConvertAll(page.Tasks, ListedTaskBody.From), page.HasMore ? page.Tasks[^1].Task.Id : null);
}

/// <summary>A task in a list.</summary>
/// <param name="Finished">In Unix seconds; absent while it runs.</param>
/// <param name="Coins">The number of coins of a detect; absent for an echo.</param>
internal sealed record ListedTaskBody(
    Guid Id,
    string Kind,
    [property: JsonConverter(typeof(LowerCaseConverter<TaskState>))] TaskState Status,
    int Progress,
    long Started,
    long? Finished,
    int? Coins)
{
    public static ListedTaskBody From(ListedTask listed) => new(
        listed.Task.Id,
        listed.Task.Kind,
        listed.State,
        listed.Progress,
        listed.Task.Started,
        listed.Finished,
        listed.Task.Coins);
}
