using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Starts a task of any kind, and responds 202 once it is stored.</summary>
internal sealed class TaskStarter(TaskGrains tasks, TaskWatcher watcher, DeploymentSecret secret)
{
    /// <summary>The errors that a start of any kind may end in.</summary>
    public static IReadOnlyList<ApiError> Errors { get; } =
    [
        IdempotencyKey.Invalid,
        ApiError.TaskDeleted,
        ApiError.IdempotencyKeyReused,
        ApiError.TooManyRequests,
        ApiError.TooManyTasksOfCaller,
        ApiError.TooManyWaiting,
        .. EndpointDescriptions.ClusterErrors,
    ];

    /// <param name="prefer">The request's Prefer header: the response may wait for the end of the task.</param>
    /// <param name="kind">The kind of task, for example <c>detect</c>.</param>
    /// <param name="body">The body of the input; disposed once the task is started.</param>
    /// <param name="content">The bytes of the input, secrets included: a retry must have them and the kind in common with the first request.</param>
    /// <exception cref="ApiException">The task was not started.</exception>
    public async Task<Results<Accepted<Envelope<TaskBody>>, JsonHttpResult<Envelope<ErrorBody>>>> StartAsync(
        HttpContext context,
        StartThrottle throttle,
        string? prefer,
        TaskInput input,
        string kind,
        IDisposable? body,
        params ReadOnlyMemory<byte>[] content)
    {
        var key = IdempotencyKey.Read(context.Request);

        var caller = Caller.Of(context);
        var owned = input with { Owner = caller.Name };

        // NewGuid uses the OS's cryptographic generator: ids cannot be guessed.
        var (id, contentHash) = key is null
            ? (Guid.NewGuid(), [])
            : (IdempotencyKey.ToTaskId(await secret.GetAsync(context.RequestAborted), caller.Name, key), IdempotencyKey.HashContent(key, kind, content));
        var grain = tasks.Get(id);
        var limited = LimitedCaller.GetRunningTasks(context) is { } limit ? owned with { MaxRunningOfOwner = limit } : owned;
        var reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(limited, contentHash), context.RequestAborted);
        body?.Dispose();
        if (reply.Outcome == StartOutcome.TooManyRunning)
        {
            throttle.CountRejection();
            return ApiError.TooManyRequests.ToResult(context);
        }

        if (reply.Outcome == StartOutcome.TooManyOfCaller)
        {
            // Says nothing about the silo: the starts of others are not to be throttled.
            return ApiError.TooManyTasksOfCaller.ToResult(context);
        }

        var started = reply.Outcome switch
        {
            StartOutcome.Accepted => reply.Task!,
            StartOutcome.OtherContent => throw new ApiException(ApiError.IdempotencyKeyReused),
            StartOutcome.Deleted => throw new ApiException(ApiError.TaskDeleted),
            _ => throw new ApiException(ApiError.Unavailable),
        };
        var wait = WaitPreference.Apply(prefer, context.Response);
        return TaskResponses.Started(context, await watcher.WaitForEndAsync(grain, started, wait, context.RequestAborted) ?? started);
    }
}
