using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Reading, watching, cancelling and deleting tasks.</summary>
internal static class TaskEndpoints
{
    private const string Path = "/api/v1/task/{id}";
    private const string AliasOfOlderClients = "/api/v1/tasks/{id}";

    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, ReadMethods, ReadAsync)
            .Describe(
                "getTask",
                ApiTags.Tasks,
                "Read a task",
                "The task as it is now. With `Prefer: wait=N`, the response waits until the task has ended or N seconds (at most 60) have passed.",
                [ApiError.MalformedId, ApiError.TaskNotFound, ApiError.TooManyWaiting, .. EndpointDescriptions.ClusterErrors])
            .DescribeRead();
        routes.MapGet($"{Path}/events", WatchAsync)
            .Describe(
                "watchTask",
                ApiTags.Tasks,
                "Watch a task",
                "Server-sent events named `task`, each a whole task as a read returns it: its state now, then each change (at most 10 a second). "
                    + "The stream closes after the terminal state, and then responds 204 to the id of the last event. A silent stream carries a comment "
                    + "every 15 s.",
                [ApiError.MalformedId, ApiError.TaskNotFound, ApiError.TooManyWaiting, .. EndpointDescriptions.ClusterErrors])
            .WithMetadata(new WatchesTask())
            .Produces<string>(StatusCodes.Status200OK, TaskEventStream.ContentType);
        routes.MapPost($"{Path}/cancel", CancelAsync)
            .Describe(
                "cancelTask",
                ApiTags.Tasks,
                "Cancel a task",
                "Ends a running task in error, with the message `Cancelled`.",
                [ApiError.MalformedId, ApiError.TaskNotFound, ApiError.TaskFinished, .. EndpointDescriptions.ClusterErrors])
            .ProtectFromForeignPages()
            .DescribeCancel();
        routes.MapDelete(Path, DeleteAsync)
            .Describe(
                "deleteTask",
                ApiTags.Tasks,
                "Delete a task",
                "Cancels the task if it runs, and removes it. Later reads return 404.",
                [ApiError.MalformedId, ApiError.TaskNotFound, .. EndpointDescriptions.ClusterErrors])
            .ProtectFromForeignPages();
        routes.MapMethods(AliasOfOlderClients, ReadMethods, ReadAsync).ExcludeFromDescription();
        routes.MapGet($"{AliasOfOlderClients}/events", WatchAsync).WithMetadata(new WatchesTask()).ExcludeFromDescription();
        routes.MapPost($"{AliasOfOlderClients}/cancel", CancelAsync).ProtectFromForeignPages().ExcludeFromDescription();
        routes.MapDelete(AliasOfOlderClients, DeleteAsync).ProtectFromForeignPages().ExcludeFromDescription();
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
        var grain = tasks.Get(TaskIds.Parse(id));
        await CheckAccessAsync(grain, context);
        var reply = await grain.Cancel();
        var task = reply.Task ?? throw new ApiException(ApiError.TaskNotFound);
        return reply.Cancelled ? TaskResponses.Read(context, task) : throw new ApiException(ApiError.TaskFinished);
    }

    private static async Task<NoContent> DeleteAsync(string id, TaskGrains tasks, HttpContext context)
    {
        var grain = tasks.Get(TaskIds.Parse(id));
        await CheckAccessAsync(grain, context);
        return await grain.Delete() ? TypedResults.NoContent() : throw new ApiException(ApiError.TaskNotFound);
    }

    /// <summary>Reads the task before it is changed: it keeps its owner, as an id is used again only for the same caller.</summary>
    private static async Task CheckAccessAsync(ITaskGrain grain, HttpContext context)
    {
        if (!Caller.Of(context).SeesAll)
        {
            await FindAsync(grain, context);
        }
    }

    private static async Task<TaskSnapshot> FindAsync(ITaskGrain grain, HttpContext context) =>
        await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted) is { } task && Caller.Of(context).HasAccessTo(task)
            ? task
            : throw new ApiException(ApiError.TaskNotFound);
}
