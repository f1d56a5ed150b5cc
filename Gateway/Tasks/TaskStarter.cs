using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Grains.Access;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Starts a task of any kind, and responds 202 once it is stored.</summary>
internal sealed class TaskStarter(TaskGrains tasks, TaskWatcher watcher)
{
    /// <summary>The deployment's secret, which never changes.</summary>
    private byte[]? _secret;

    /// <summary>The errors that a start of any kind may end in.</summary>
    public static IReadOnlyList<ApiError> Errors { get; } =
    [
        ApiError.InvalidIdempotencyKey,
        ApiError.TaskDeleted,
        ApiError.IdempotencyKeyReused,
        ApiError.TooManyRequests,
        ApiError.TooManyTasksOfCaller,
        ApiError.TooManyWaiting,
        .. EndpointDescriptions.ClusterErrors,
    ];

    /// <param name="prefer">The request's Prefer header: the response may wait for the end of the task.</param>
    /// <param name="body">
    /// Disposed as soon as the grain has replied: what it takes of the budget must not be held while the response waits for the end of the task.
    /// </param>
    /// <param name="content">The bytes of the input, secrets included: a retry must have them and the kind in common with the first request.</param>
    /// <exception cref="ApiException">The task was not started.</exception>
    public async Task<Results<Accepted<Envelope<TaskBody>>, JsonHttpResult<Envelope<ErrorBody>>>> StartAsync(
        HttpContext context,
        StartThrottle throttle,
        string? prefer,
        TaskInput input,
        IDisposable? body,
        params ReadOnlyMemory<byte>[] content)
    {
        var key = IdempotencyKey.Read(context.Request);
        var caller = Caller.Of(context);

        // NewGuid uses the OS's cryptographic generator: ids cannot be guessed.
        var (id, contentHash) = key is null
            ? (Guid.NewGuid(), [])
            : (IdempotencyKey.ToTaskId(await GetSecretAsync(context), caller.Name, key), IdempotencyKey.HashContent(key, input.Kind, content));
        var grain = tasks.Get(id);
        var owned = input with { Owner = caller.Name, MaxRunningOfOwner = LimitedCaller.GetRunningTasks(context) };
        var reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(owned, contentHash), context.RequestAborted);
        body?.Dispose();
        if (reply.Outcome == StartOutcome.TooManyRunning)
        {
            throttle.CountRejection();
        }

        ApiError? error = reply.Outcome switch
        {
            StartOutcome.Accepted => null,
            StartOutcome.TooManyRunning => ApiError.TooManyRequests,
            StartOutcome.TooManyOfCaller => ApiError.TooManyTasksOfCaller,
            StartOutcome.OtherContent => ApiError.IdempotencyKeyReused,
            StartOutcome.Deleted => ApiError.TaskDeleted,
            _ => ApiError.Unavailable,
        };
        if (error is not null)
        {
            return error.ToResult(context);
        }

        var started = reply.Task!;
        var wait = WaitPreference.Apply(prefer, context.Response);
        return TaskResponses.Started(context, await watcher.WaitForEndAsync(grain, started, wait, context.RequestAborted) ?? started);
    }

    private async ValueTask<byte[]> GetSecretAsync(HttpContext context) =>
        _secret ??= await TaskGrains.CallUntilAnsweredAsync(tasks.GetSingle<IDeploymentSecretGrain>().Read, context.RequestAborted);
}
