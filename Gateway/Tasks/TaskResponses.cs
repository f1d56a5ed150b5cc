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
        var headers = context.Response.GetTypedHeaders();
        if (task.Finished is { } finished)
        {
            // An ended task never changes again. Its id can be reused only a second or more after the time named here: starts are rejected until
            // the task, or its tombstone, has expired.
            var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{task.Id:N}-{finished:x}\""));
            headers.ETag = tag;
            context.Response.Headers.CacheControl = "private, no-cache";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(candidate =>
                candidate.Equals(EntityTagHeaderValue.Any) || candidate.Compare(tag, useStrongComparison: false)))
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
}
