using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// Server-sent events, each a whole task in its envelope, with its version as the id. Not the framework's result, which cannot send the comments that keep
/// proxies from closing a silent connection.
/// </summary>
internal sealed class TaskEventStream(IAsyncEnumerable<TaskSnapshot?> versions, CancellationToken stopping) : IResult
{
    public const string ContentType = "text/event-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";

        // nginx would collect the events of a whole task.
        response.Headers["X-Accel-Buffering"] = "no";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        WaitMetrics.Watchers.Add(1);
        try
        {
            await foreach (var task in versions.WithCancellation(either.Token))
            {
                await response.WriteAsync(task is null ? ":\n\n" : Format(task, json), Encoding.UTF8, either.Token);
                await response.Body.FlushAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client reconnects, to another gateway or to this one when it has restarted.
        }
        finally
        {
            WaitMetrics.Watchers.Add(-1);
        }
    }

    private static string Format(TaskSnapshot task, JsonSerializerOptions json) => string.Create(
        CultureInfo.InvariantCulture,
        $"id: {task.Version}\nevent: task\ndata: {JsonSerializer.Serialize(new Envelope<TaskBody>(TaskBody.From(task)), json)}\n\n");
}
