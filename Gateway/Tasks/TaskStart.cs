using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>What a retry of a start must have in common with the first request.</summary>
/// <param name="Kind">The kind of task, for example <c>detect</c>.</param>
/// <param name="Parts">The bytes of the input, secrets included.</param>
internal readonly record struct TaskStartContent(string Kind, params ReadOnlyMemory<byte>[] Parts);

/// <summary>Starts a task of any kind, and responds 202 once it is stored.</summary>
internal static class TaskStart
{
    /// <exception cref="ApiException">The task was not started.</exception>
    public static async Task<Accepted<Envelope<TaskBody>>> StartAsync(
        TaskGrains tasks,
        HttpContext context,
        TaskInput input,
        TaskStartContent content)
    {
        var key = IdempotencyKey.Read(context.Request);
        var (id, contentHash) = key is null
            ? (TaskIds.CreateRandom(), [])
            : (IdempotencyKey.ToTaskId(key), IdempotencyKey.HashContent(key, content));
        var grain = tasks.Get(id);
        var reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(input, contentHash), context.RequestAborted);
        return reply.Outcome switch
        {
            StartOutcome.Accepted => TaskResponses.Started(context, reply.Task!),
            StartOutcome.OtherContent => throw new ApiException(ApiError.IdempotencyKeyReused),
            StartOutcome.Deleted => throw new ApiException(ApiError.TaskDeleted),
            StartOutcome.TooManyRunning => throw new ApiException(ApiError.TooManyRequests),
            _ => throw new ApiException(ApiError.Unavailable),
        };
    }
}
