using Orleans.Storage;

namespace OrleansTasks.Grains.Tasks;

/// <content>
/// Storage and index. While a silo is taken for dead and is not, a task may have two activations: storage takes the write of the first
/// one only, and the other one learns so by its own.
/// </content>
internal sealed partial class TaskGrain
{
    private async Task<bool> TryStoreEndAsync(JobOutcome outcome)
    {
        record.State = new TaskRecord
        {
            State = outcome.Result is null ? TaskState.Error : TaskState.Completed,
            Started = record.State.Started,
            ContentHash = record.State.ContentHash,

            // A clock that was set back in between must not turn the order round.
            Finished = Math.Max(record.State.Started, UnixSeconds()),
            Message = outcome.Message,
            Result = outcome.Result,
        };
        try
        {
            await WriteAsync();
        }
        catch (InconsistentStateException)
        {
            // What the other one stored is the task's end, or leads to it.
            DeactivateOnIdle();
            return false;
        }
        catch (Exception exception)
        {
            // Readers still see it running; the next activation reads what is stored and does what is left to do.
            LogEndNotStored(exception, Id);
            DeactivateOnIdle();
            return false;
        }

        return true;
    }

    private async Task RemoveFromIndexAsync()
    {
        try
        {
            await index.GetShard(Id).Remove(Id);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // The index removes it the next time that it checks its tasks.
            LogNotRemoved(Id, exception.Message);
        }
        catch (Exception exception)
        {
            // It must not reach the task's work, which every later call awaits.
            LogRemovalFailed(exception, Id);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await record.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            LogOvertaken(Id);
            throw;
        }
    }

    private async Task ClearAsync()
    {
        try
        {
            await record.ClearStateAsync();
        }
        catch (InconsistentStateException)
        {
            LogOvertaken(Id);
            throw;
        }
    }
}
