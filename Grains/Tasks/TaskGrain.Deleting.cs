namespace OrleansTasks.Grains.Tasks;

/// <content>
/// Deleting. A start that was repeated elsewhere may lie unread in a process that hangs, and come when the task has been deleted. Neither
/// clocks nor the message tell that it is late; so it is refused, and told the name of the deletion, with which whoever still waits starts
/// the task anew.
/// </content>
internal sealed partial class TaskGrain
{
    public async Task<bool> Delete()
    {
        if (_snapshot is null && !_isDamaged)
        {
            return await Read() is not null;
        }

        await StopWorkAsync(outcome: null);
        try
        {
            await StoreDeletionAsync();
        }
        catch
        {
            // Its work is stopped: the next activation reads what is stored, and goes on with it.
            DeactivateOnIdle();
            throw;
        }

        await RemoveFromIndexAsync();
        _snapshot = null;
        _isDamaged = false;
        return true;
    }

    private async Task StoreDeletionAsync()
    {
        if (CanBeStartedLate())
        {
            record.State = new TaskRecord { Deletion = new Deletion(Guid.NewGuid(), UnixSeconds()) };
            await WriteAsync();
            ForgetDeletionLater();
        }
        else
        {
            await ClearAsync();
            DeactivateOnIdle();
        }
    }

    /// <summary>A start without a key is only repeated by the gateway that made its id, for some seconds; one with a key at any time.</summary>
    private bool CanBeStartedLate() =>
        record.State.ContentHash.Length > 0 || UnixSeconds() < record.State.Started + (long)options.Value.DeletionMemory.TotalSeconds;

    private void ForgetDeletionLater()
    {
        var memory = options.Value.DeletionMemory;
        var age = TimeSpan.FromSeconds(UnixSeconds() - record.State.Deletion!.At);
        var left = TimeSpan.FromSeconds(Math.Clamp((memory - age).TotalSeconds, 0, memory.TotalSeconds));
        _forgetting?.Dispose();
        _forgetting = this.RegisterGrainTimer(
            ForgetDeletionAsync,
            new GrainTimerCreationOptions(left, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        DelayDeactivation(left + TimeSpan.FromMinutes(1));
    }

    private async Task ForgetDeletionAsync(CancellationToken cancellationToken)
    {
        if (record.State.Deletion is not null)
        {
            await ClearAsync();
            DelayDeactivation(TimeSpan.Zero);
            DeactivateOnIdle();
        }
    }
}
