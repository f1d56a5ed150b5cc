using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Responses that carry a task, with their headers.</summary>
internal static class TaskResponses
{
    private const double MinRetryAfterSeconds = 1;
    private const double MaxRetryAfterSeconds = 10;

    public static Accepted<Envelope<TaskBody>> Started(HttpContext context, TaskSnapshot task)
    {
        context.Response.Headers.RetryAfter = GetRetryAfter(task);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Accepted($"/api/v1/task/{task.Id:D}", new Envelope<TaskBody>(TaskBody.From(task)));
    }

    public static Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult> Read(HttpContext context, TaskSnapshot task)
    {
        if (task.Finished is { } finished)
        {
            // An ended task never changes again. A reused key gives its id to another task, but only after this one, or its tombstone, has expired.
            // Both times, so that they also differ where the clocks of two silos do.
            var tag = string.Create(CultureInfo.InvariantCulture, $"\"{task.Id:N}-{task.Started:x}-{finished:x}\"");
            context.Response.Headers.ETag = tag;
            context.Response.Headers.CacheControl = "private, no-cache";
            if (context.Request.Headers.IfNoneMatch.Count > 0 && !HttpMethods.IsPost(context.Request.Method) && Matches(context.Request, new EntityTagHeaderValue(tag)))
            {
                return TypedResults.StatusCode(StatusCodes.Status304NotModified);
            }
        }
        else
        {
            context.Response.Headers.RetryAfter = GetRetryAfter(task);
            context.Response.Headers.CacheControl = "no-store";
        }

        return TypedResults.Ok(new Envelope<TaskBody>(TaskBody.From(task)));
    }

    /// <summary>The time that the task still takes if it goes on as it did so far, from 1 to 10 s.</summary>
    private static string GetRetryAfter(TaskSnapshot task)
    {
        // Times are whole seconds, of which the last may have just begun.
        var elapsed = Math.Max(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - task.Started - 1, 0);
        var rest = Math.Ceiling(elapsed * (100.0 - task.Progress) / Math.Max(task.Progress, 1));
        return Math.Clamp(rest, MinRetryAfterSeconds, MaxRetryAfterSeconds).ToString("0", CultureInfo.InvariantCulture);
    }

    private static bool Matches(HttpRequest request, EntityTagHeaderValue tag) => request.GetTypedHeaders().IfNoneMatch.Any(candidate =>
        candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(tag, useStrongComparison: false));
}
