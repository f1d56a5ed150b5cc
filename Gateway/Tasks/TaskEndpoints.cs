using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

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
            routes.MapMethods(path, [HttpMethods.Delete], DeleteAsync);
            routes.MapMethods($"{path}/cancel", [HttpMethods.Post], CancelAsync);
        }
    }

    private static async Task ReadAsync(HttpContext context)
    {
        var grain = GetGrain(context);
        var task = await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted);
        await (task is null
            ? Envelope.WriteErrorAsync(context.Response, ApiError.TaskNotFound())
            : TaskAnswer.WriteReadAsync(context, task));
    }

    private static async Task CancelAsync(HttpContext context)
    {
        var reply = await GetGrain(context).Cancel();
        await (reply switch
        {
            { Task: null } => Envelope.WriteErrorAsync(context.Response, ApiError.TaskNotFound()),
            { Cancelled: false } => Envelope.WriteErrorAsync(context.Response, ApiError.TaskFinished()),
            _ => TaskAnswer.WriteReadAsync(context, reply.Task),
        });
    }

    private static async Task DeleteAsync(HttpContext context)
    {
        if (!await GetGrain(context).Delete())
        {
            await Envelope.WriteErrorAsync(context.Response, ApiError.TaskNotFound());
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static ITaskGrain GetGrain(HttpContext context) =>
        TaskIds.TryParse(context.Request.RouteValues["id"] as string, out var id)
            ? context.RequestServices.GetRequiredService<TaskGrains>().Get(id)
            : throw new ApiException(ApiError.MalformedId());
}
