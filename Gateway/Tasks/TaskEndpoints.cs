using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Reading, cancelling and deleting tasks.</summary>
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
        }
    }

    private static async Task<Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult>> ReadAsync(string id, TaskGrains tasks, HttpContext context)
    {
        var grain = tasks.Get(TaskIds.Parse(id));
        var task = await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted);
        return TaskResponses.Read(context, task ?? throw new ApiException(ApiError.TaskNotFound));
    }

    private static async Task<Results<Ok<Envelope<TaskBody>>, StatusCodeHttpResult>> CancelAsync(string id, TaskGrains tasks, HttpContext context)
    {
        var reply = await tasks.Get(TaskIds.Parse(id)).Cancel();
        var task = reply.Task ?? throw new ApiException(ApiError.TaskNotFound);
        return reply.Cancelled ? TaskResponses.Read(context, task) : throw new ApiException(ApiError.TaskFinished);
    }

    private static async Task<NoContent> DeleteAsync(string id, TaskGrains tasks) =>
        await tasks.Get(TaskIds.Parse(id)).Delete() ? TypedResults.NoContent() : throw new ApiException(ApiError.TaskNotFound);
}
