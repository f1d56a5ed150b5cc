using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Reading, watching, cancelling and deleting tasks.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        // Older clients use the plural.
        foreach (var path in (string[])["/api/v1/task/{id}", "/api/v1/tasks/{id}"])
        {
            routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], ReadAsync);
            routes.MapDelete(path, DeleteAsync);
            routes.MapPost($"{path}/cancel", CancelAsync);
            routes.MapGet($"{path}/events", WatchAsync);
        }
    }

    private static async Task<Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult>> ReadAsync(
        string id,
        [FromHeader(Name = "Prefer")] string? prefer,
        TaskGrains tasks,
        TaskWatcher watcher,
        HttpContext context)
    {
        var grain = tasks.Get(TaskIds.Parse(id));
        var task = await FindAsync(grain, context);
        var wait = WaitPreference.Apply(prefer, context.Response);
        return TaskResponses.Read(
            context,
            await watcher.WaitForEndAsync(grain, task, wait, context.RequestAborted) ?? throw new ApiException(ApiError.TaskNotFound));
    }

    private static async Task<Results<TaskEventStream, NoContent>> WatchAsync(
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        TaskGrains tasks,
        IHostApplicationLifetime host,
        HttpContext context)
    {
        var grain = tasks.Get(TaskIds.Parse(id));
        var task = await FindAsync(grain, context);
        long? seen = long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

        // 204 keeps a browser, which reconnects after the last event too, from doing it again.
        return task.State != TaskState.Running && task.Version == seen
            ? TypedResults.NoContent()
            : new TaskEventStream(TaskWatcher.WatchAsync(grain, task, seen, CancellationToken.None), host.ApplicationStopping);
    }

    private static async Task<Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult>> CancelAsync(string id, TaskGrains tasks, HttpContext context)
    {
        var reply = await tasks.Get(TaskIds.Parse(id)).Cancel();
        var task = reply.Task ?? throw new ApiException(ApiError.TaskNotFound);
        return reply.Cancelled ? TaskResponses.Read(context, task) : throw new ApiException(ApiError.TaskFinished);
    }

    private static async Task<NoContent> DeleteAsync(string id, TaskGrains tasks) =>
        await tasks.Get(TaskIds.Parse(id)).Delete() ? TypedResults.NoContent() : throw new ApiException(ApiError.TaskNotFound);

    private static async Task<TaskSnapshot> FindAsync(ITaskGrain grain, HttpContext context) =>
        await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted) ?? throw new ApiException(ApiError.TaskNotFound);
}
