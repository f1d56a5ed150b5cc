using System.Text.Json.Serialization;
using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Echo;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>A task as the published interface shows it: these members in this order, and those that do not apply absent.</summary>
internal sealed record TaskBody(
    Guid Id,
    [property: JsonConverter(typeof(LowerCaseConverter<TaskState>))] TaskState Status,
    int Progress,
    long Started,
    long? Finished,
    string Message,
    TaskData? Data)
{
    public static TaskBody From(TaskSnapshot task) => new(
        task.Id,
        task.State,
        task.Progress,
        task.Started,
        task.Finished,
        task.Message,
        task.Result switch
        {
            null => null,
            EchoResult echo => EchoData.From(echo),
            DetectResult detect => DetectData.From(detect),
            _ => throw new InvalidOperationException($"No response is defined for a {task.Result.GetType().Name}."),
        });
}

/// <summary>The result of a completed task. Each kind of task derives a record of its own.</summary>
[JsonDerivedType(typeof(EchoData))]
[JsonDerivedType(typeof(DetectData))]
internal abstract record TaskData;
