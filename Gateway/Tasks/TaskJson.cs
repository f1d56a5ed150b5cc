using System.Text.Json;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Writes a task as JSON: the published members in their order, those that do not apply left out.</summary>
internal sealed class TaskJson(IEnumerable<ITaskResultJson> resultWriters)
{
    private readonly Dictionary<Type, ITaskResultJson> _resultWriters = resultWriters.ToDictionary(writer => writer.ResultType);

    public void Write(Utf8JsonWriter writer, TaskSnapshot task)
    {
        writer.WriteStartObject();
        writer.WriteString("id", task.Id);
        writer.WriteString("status", task.State switch
        {
            TaskState.Running => "running",
            TaskState.Completed => "completed",
            _ => "error",
        });
        writer.WriteNumber("progress", task.Progress);
        writer.WriteNumber("started", task.Started);
        if (task.Finished is { } finished)
        {
            writer.WriteNumber("finished", finished);
        }

        writer.WriteString("message", task.Message);
        if (task.Result is { } result)
        {
            writer.WritePropertyName("data");
            _resultWriters[result.GetType()].Write(writer, result);
        }

        writer.WriteEndObject();
    }
}
