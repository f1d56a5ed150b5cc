using System.Text;

namespace Bench.Http;

/// <summary>Finds the id and the state in the JSON of a task, without parsing it.</summary>
internal static class TaskBody
{
    private const int IdLength = 36;

    /// <exception cref="IOException">The body is not a task.</exception>
    public static string GetId(ReadOnlySpan<byte> body)
    {
        var name = "\"id\":\""u8;
        return body.IndexOf(name) is var at and >= 0
            ? Encoding.ASCII.GetString(body.Slice(at + name.Length, IdLength))
            : throw new IOException($"Not a task: {Encoding.UTF8.GetString(body)}");
    }

    /// <summary>Whether the task has completed or failed.</summary>
    /// <exception cref="IOException">The body is not a task.</exception>
    public static bool HasEnded(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"status\":\"running\""u8) >= 0)
        {
            return false;
        }

        return body.IndexOf("\"status\":\"completed\""u8) >= 0 || body.IndexOf("\"status\":\"error\",\"progress\""u8) >= 0
            ? true
            : throw new IOException($"Not a task: {Encoding.UTF8.GetString(body)}");
    }
}
