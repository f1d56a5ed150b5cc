using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Responses that carry a task, with their headers.</summary>
internal static class TaskResponses
{
    private const string PollInterval = "1";

    public static Accepted<Envelope<TaskBody>> Started(HttpContext context, TaskSnapshot task)
    {
        context.Response.Headers.RetryAfter = PollInterval;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Accepted($"/api/v1/task/{task.Id:D}", new Envelope<TaskBody>(TaskBody.From(task)));
    }

    public static Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult> Read(HttpContext context, TaskSnapshot task)
    {
        if (task.Finished is { } finished)
        {
            // An ended task never changes again. Its id can be reused only a second or more after the time named here: starts are rejected until
            // the task, or its tombstone, has expired.
            var tag = string.Create(CultureInfo.InvariantCulture, $"\"{task.Id:N}-{finished:x}\"");
            context.Response.Headers.ETag = tag;
            context.Response.Headers.CacheControl = "private, no-cache";
            if (context.Request.Headers.IfNoneMatch.Count > 0 && Matches(context.Request, new EntityTagHeaderValue(tag)))
            {
                return TypedResults.StatusCode(StatusCodes.Status304NotModified);
            }
        }
        else
        {
            context.Response.Headers.RetryAfter = PollInterval;
            context.Response.Headers.CacheControl = "no-store";
        }

        return TypedResults.Ok(new Envelope<TaskBody>(TaskBody.From(task)));
    }

    private static bool Matches(HttpRequest request, EntityTagHeaderValue tag) => request.GetTypedHeaders().IfNoneMatch.Any(candidate =>
        candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(tag, useStrongComparison: false));
}
