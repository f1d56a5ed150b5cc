using System.Text.Json;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Writes the result of one kind of task as JSON.</summary>
internal interface ITaskResultJson
{
    /// <summary>The type of result that this writes.</summary>
    Type ResultType { get; }

    /// <summary>Writes the value of the task's member <c>data</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="result">A result of <see cref="ResultType"/>.</param>
    void Write(Utf8JsonWriter writer, TaskResult result);
}
