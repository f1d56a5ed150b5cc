using System.Globalization;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Answers a request with a task.</summary>
internal static class TaskAnswer
{
    private const string PollInterval = "1";

    public static Task WriteStartedAsync(HttpContext context, TaskSnapshot task)
    {
        context.Response.Headers.Location = $"/api/v1/task/{task.Id:D}";
        context.Response.Headers.RetryAfter = PollInterval;
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, StatusCodes.Status202Accepted, task);
    }

    public static Task WriteReadAsync(HttpContext context, TaskSnapshot task)
    {
        var headers = context.Response.Headers;
        if (task.Finished is not { } finished)
        {
            headers.RetryAfter = PollInterval;
            headers.CacheControl = "no-store";
            return WriteAsync(context, StatusCodes.Status200OK, task);
        }

        // An ended task never changes again. An id is only used again at least a second after the end that is named here: starts are
        // rejected until the task, or its tombstone, has expired.
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{task.Id:N}-{finished:x}\"");
        headers.ETag = tag;
        headers.CacheControl = "private, no-cache";
        if (Matches(context.Request.Headers.IfNoneMatch, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return WriteAsync(context, StatusCodes.Status200OK, task);
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues ifNoneMatch, string tag)
    {
        foreach (var line in ifNoneMatch)
        {
            foreach (var candidate in (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                // If-None-Match compares weakly (RFC 9110, 13.1.2).
                if (candidate == "*" || (candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate) == tag)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Task WriteAsync(HttpContext context, int httpStatus, TaskSnapshot task) => Envelope.WriteSuccessAsync(
        context.Response,
        httpStatus,
        (Json: context.RequestServices.GetRequiredService<TaskJson>(), Task: task),
        static (writer, state) => state.Json.Write(writer, state.Task));
}
