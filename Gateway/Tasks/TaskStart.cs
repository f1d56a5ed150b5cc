using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Starts a task of any kind and answers 202 once it is stored.</summary>
internal static class TaskStart
{
    public static async Task StartAsync(HttpContext context, TaskInput input, TaskStartContent content)
    {
        var key = IdempotencyKey.Read(context.Request);
        var (id, contentHash) = key is null
            ? (TaskIds.CreateRandom(), [])
            : (IdempotencyKey.ToTaskId(key), IdempotencyKey.HashContent(key, content));
        var grain = context.RequestServices.GetRequiredService<TaskGrains>().Get(id);
        var reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(input, contentHash, null), context.RequestAborted);
        if (reply.Outcome == StartOutcome.Deleted)
        {
            // The caller still waits, so this start is younger than the deletion that it met. One that comes late gets no further.
            context.RequestAborted.ThrowIfCancellationRequested();
            var deletion = reply.Deletion;
            reply = await TaskGrains.CallUntilAnsweredAsync(() => grain.Start(input, contentHash, deletion), context.RequestAborted);
        }

        await (reply.Outcome switch
        {
            StartOutcome.Accepted => TaskAnswer.WriteStartedAsync(context, reply.Task!),
            StartOutcome.OtherContent => Envelope.WriteErrorAsync(context.Response, ApiError.IdempotencyKeyReused()),
            StartOutcome.TooManyRunning => Envelope.WriteErrorAsync(context.Response, ApiError.TooManyRequests()),
            _ => Envelope.WriteErrorAsync(context.Response, ApiError.Unavailable()),
        });
    }
}
