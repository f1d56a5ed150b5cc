using System.Text;

namespace Bench.Http;

/// <summary>Finds in a task's JSON what a load generator needs to know of it.</summary>
internal static class TaskBody
{
    private const int IdLength = 36;

    /// <summary>The task's id.</summary>
    /// <exception cref="IOException">The body is that of no task.</exception>
    public static string GetId(ReadOnlySpan<byte> body)
    {
        var name = "\"id\":\""u8;
        return body.IndexOf(name) is var at and >= 0
            ? Encoding.ASCII.GetString(body.Slice(at + name.Length, IdLength))
            : throw new IOException($"Not a task: {Encoding.UTF8.GetString(body)}");
    }

    /// <summary>Whether the task has ended, well or in error.</summary>
    /// <exception cref="IOException">It is no task.</exception>
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
