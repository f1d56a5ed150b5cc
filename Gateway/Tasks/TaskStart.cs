using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Starts a task of any kind and answers 202 once it is stored.</summary>
internal static class TaskStart
{
    /// <summary>Refuses a start before anything is done for it, where the silos have too much to do already.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">The kind of task: one may be refused while there is room for another.</param>
    /// <returns>Whether it was refused, and answered.</returns>
    public static async Task<bool> TryRefuseAsync(HttpContext context, string kind)
    {
        if (GetThrottle(context, kind).TryAdmit(Random.Shared.NextDouble()))
        {
            return false;
        }

        await Envelope.WriteErrorAsync(context.Response, ApiError.TooManyRequests());
        return true;
    }

    public static async Task StartAsync(HttpContext context, TaskInput input, TaskStartContent content)
    {
        var key = IdempotencyKey.Read(context.Request);
        var (id, contentHash) = key is null
            ? (TaskIds.CreateRandom(), [])
            : (IdempotencyKey.ToTaskId(key), IdempotencyKey.HashContent(key, content));
        var grain = context.RequestServices.GetRequiredService<TaskGrains>().Get(id);
        var reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(input, contentHash), context.RequestAborted);
        if (reply.Outcome == StartOutcome.TooManyRunning)
        {
            GetThrottle(context, content.Kind).CountRefusal();
        }

        await (reply.Outcome switch
        {
            StartOutcome.Accepted => TaskAnswer.WriteStartedAsync(context, reply.Task!),
            StartOutcome.OtherContent => Envelope.WriteErrorAsync(context.Response, ApiError.IdempotencyKeyReused()),
            StartOutcome.Deleted => Envelope.WriteErrorAsync(context.Response, ApiError.TaskDeleted()),
            StartOutcome.TooManyRunning => Envelope.WriteErrorAsync(context.Response, ApiError.TooManyRequests()),
            _ => Envelope.WriteErrorAsync(context.Response, ApiError.Unavailable()),
        });
    }

    private static StartThrottle GetThrottle(HttpContext context, string kind) =>
        context.RequestServices.GetRequiredKeyedService<StartThrottle>(kind);
}
