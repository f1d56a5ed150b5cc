namespace OrleansTasks.Grains.Tasks;

/// <content>
/// Deleting. A start that was repeated elsewhere may lie unread in a process that hangs, and come when the task has been deleted. Neither
/// clocks nor the message tell that it is late; so it is refused, and told the name of the deletion, with which whoever still waits starts
/// the task anew.
/// </content>
internal sealed partial class TaskGrain
{
    /// <summary>As configured, but shorter than storage keeps what lies untouched.</summary>
    private TimeSpan DeletionMemory
    {
        get
        {
            var most = options.Value.StorageLife - (options.Value.ExpiryMargin / 2);
            return options.Value.DeletionMemory < most ? options.Value.DeletionMemory : most;
        }
    }

    public async Task<bool> Delete()
    {
        ForgetIfExpired();
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

        _snapshot = null;
        _isDamaged = false;
        await (record.State.Deletion is null ? RemoveFromIndexAsync() : AddDeletionToIndexAsync());
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

    /// <summary>Has somebody look after the deletion when this silo ends before its time has come.</summary>
    private async Task AddDeletionToIndexAsync()
    {
        try
        {
            await index.GetShard(Id).Add(Id);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // It goes with what has expired, if not before.
            LogDeletionNotInIndex(Id, exception.Message);
        }
    }

    /// <summary>
    /// A start without a key is only repeated by the gateway that made its id, for some seconds; one with a key at any time.
    /// </summary>
    private bool CanBeStartedLate() =>
        record.State.ContentHash.Length > 0 || UnixSeconds() < record.State.Started + (long)DeletionMemory.TotalSeconds;

    private void ForgetDeletionLater()
    {
        var memory = DeletionMemory;
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
        if (record.State.Deletion is null)
        {
            return;
        }

        try
        {
            await ClearAsync();
            await RemoveFromIndexAsync();
        }
        catch (Exception exception)
        {
            // The next activation tries again, and else it goes with what has expired.
            LogDeletionNotForgotten(exception, Id);
        }

        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
    }
}
