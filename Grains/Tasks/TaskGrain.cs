using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Placement;
using Orleans.Storage;
using OrleansTasks.Grains.Recovery;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// One task of any kind: the type of the input selects the job. The job runs on this grain's scheduler, and reads interleave with it.
/// After a silo was wrongly declared dead, a task may briefly have two activations. Storage rejects a write with an outdated ETag, and the
/// activation that made it stops its work and deactivates.
/// </summary>
internal sealed partial class TaskGrain(
    [PersistentState("task", TaskStorage.Name)] IPersistentState<TaskRecord> record,
    IServiceProvider services,
    TaskAdmission running,
    TaskTelemetry telemetry,
    RunningTaskIndex index,
    TaskLists lists,
    ISiloStatusOracle silos,
    IOptions<TaskOptions> options,
    TaskClock clock,
    TimeProvider timeProvider,
    IHostApplicationLifetime host,
    ILogger<TaskGrain> logger) : Grain, ITaskGrain, IJobProgress, IDisposable
{
    private const int MaxProgressWhileRunning = 99;
    private const string CancelledMessage = "Cancelled";

    private static readonly TimeSpan MinTimeOfAttempt = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinWriteRetryDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxWriteRetryDelay = TimeSpan.FromSeconds(8);

    private readonly Signal _changed = new();
    private readonly Signal _ended = new();

    // Random, so that two activations do not use the same versions.
    private long _version = Random.Shared.NextInt64(long.MaxValue / 2);
    private TaskSnapshot? _snapshot;
    private bool _isDamaged;
    private bool _starting;
    private Task _work = Task.CompletedTask;
    private CancellationTokenSource? _stopping;
    private JobOutcome? _outcomeOfStop;

    private Guid Id => this.GetPrimaryKey();

    /// <summary>Not while the work lasts: until its end is stored, only this activation has the outcome.</summary>
    private bool IsExpired =>
        _work.IsCompleted
        && record.State.Finished is { } finished
        && clock.TimeOfExpiry.ToUnixTimeSeconds() >= finished + (long)options.Value.Retention.TotalSeconds;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.RecordExists && record.State.FindDamage(Id) is { } damage)
        {
            _isDamaged = true;
            LogDamaged(Id, damage);
        }
        else if (record.RecordExists && record.State.Tombstone is null && !IsExpired)
        {
            if (record.State.State == TaskState.Running)
            {
                // The progress before the interruption was not stored, and must not decrease for readers: show the highest possible one.
                running.EnterResumed(record.State.Input!);
                Show(MaxProgressWhileRunning, "Resumed after an interruption");
                LogResumed(Id);
                BeginWork();

                // The list may have lost its newest changes in the same interruption.
                lists.AddAsync(Id, record.State.Input!, record.State.Started).Ignore();
            }
            else
            {
                Show(100, record.State.Message);
            }
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The next activation does the work from the beginning, as partial results are not stored.
        await StopWorkAsync(outcome: null).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping?.Dispose();

    public async Task<StartReply> Start(TaskInput input, byte[] contentHash)
    {
        ThrowIfDamaged();
        HideIfExpired();
        if (_snapshot is not null)
        {
            return record.State.ContentHash.AsSpan().SequenceEqual(contentHash)
                ? new StartReply(StartOutcome.Accepted, _snapshot)
                : new StartReply(StartOutcome.OtherContent);
        }

        if (record.State.Tombstone is not null && !IsExpired)
        {
            DeactivateOnIdle();
            return new StartReply(StartOutcome.Deleted);
        }

        // Throws before anything is stored if no job is registered for this input.
        _ = services.GetRequiredKeyedService<IJob>(input.GetType());
        var outcome = running.TryEnter(input);
        if (outcome == StartOutcome.ShuttingDown)
        {
            return TryMoveToAnotherSilo()
                ? throw new OrleansException("This silo is shutting down and starts no more tasks.")
                : new StartReply(outcome);
        }

        if (outcome != StartOutcome.Accepted)
        {
            DeactivateOnIdle();
            telemetry.CountRejected(input);
            return new StartReply(outcome);
        }

        _starting = true;
        record.State = new TaskRecord
        {
            Id = Id,
            State = TaskState.Running,
            Input = input,
            Started = UnixSeconds(),
            ContentHash = contentHash,
            Owner = input.Owner,
        };
        try
        {
            // Index first: every task that is stored as running must be in the index.
            await index.GetShard(Id).Add(Id);
            await WriteAsync();
        }
        catch
        {
            // The write may have succeeded. The next activation reads what is stored.
            running.Exit(input);
            DeactivateOnIdle();
            throw;
        }

        _starting = false;
        telemetry.CountStarted(input);
        Show(0, "Started");
        BeginWork();
        var started = _snapshot;
        await lists.AddAsync(Id, input, record.State.Started);
        return new StartReply(StartOutcome.Accepted, started);
    }

    public Task<TaskSnapshot?> Read()
    {
        ThrowIfDamaged();
        HideIfExpired();
        if (_snapshot is null && !_starting)
        {
            // Reads of unknown ids must not fill the memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(_snapshot);
    }

    public async Task<TaskSnapshot?> ReadSummary()
    {
        var task = await Read();
        if (task is { State: not TaskState.Running })
        {
            // A list reads up to a thousand tasks once: their results must not fill the memory.
            DeactivateOnIdle();
        }

        return task is null ? null : task with { Result = null };
    }

    public async Task<TaskSnapshot?> ReadAfter(long? version, TimeSpan wait, CancellationToken cancellationToken)
    {
        var task = await Read();
        if (task is { State: TaskState.Running } && (version ?? task.Version) == task.Version)
        {
            // A silo cannot stop, nor a grain be deactivated, while a call waits.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
            await (version is null ? _ended : _changed).Next.WaitAsync(wait, timeProvider, either.Token).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            task = await Read();
        }

        return task;
    }

    public async Task<CancelReply> Cancel()
    {
        if (_snapshot?.State != TaskState.Running)
        {
            return new CancelReply(false, await Read());
        }

        await StopWorkAsync(JobOutcome.Failed(CancelledMessage));
        if (_snapshot.State == TaskState.Running)
        {
            throw new OrleansException("The task was stopped, but its end could not be stored.");
        }

        // The work may have come to its own end first.
        return new CancelReply(_snapshot is { State: TaskState.Error, Message: CancelledMessage }, _snapshot);
    }

    public async Task<bool> Delete()
    {
        HideIfExpired();
        if (_snapshot is null && !_isDamaged)
        {
            return await Read() is not null;
        }

        await StopWorkAsync(outcome: null);
        var owner = record.State.Owner;
        try
        {
            record.State = TaskRecord.CreateTombstone(Id, GetFinish());
            await WriteAsync();
        }
        finally
        {
            // The work is stopped. If the tombstone was not stored, the next activation resumes the task.
            DeactivateWithWaiters();
        }

        _snapshot = null;
        _isDamaged = false;
        lists.Remove(Id, owner);
        await RemoveFromIndexAsync();
        return true;
    }

    public void Report(int done, int total, string message)
    {
        var progress = (int)((long)done * 100 / total);
        Show(Math.Clamp(progress, _snapshot?.Progress ?? 0, MaxProgressWhileRunning), message);
    }

    private void HideIfExpired()
    {
        if (IsExpired)
        {
            _snapshot = null;
        }
    }

    /// <summary>
    /// Migrates the grain, so that the caller's retry reaches another silo: Orleans places grains on a silo until its shutdown ends.
    /// </summary>
    private bool TryMoveToAnotherSilo()
    {
        var others = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress)).ToArray();
        if (others.Length == 0)
        {
            DeactivateOnIdle();
            return false;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, others[Random.Shared.Next(others.Length)]);
        MigrateOnIdle();
        return true;
    }

    private void ThrowIfDamaged()
    {
        if (_isDamaged)
        {
            throw new InvalidDataException($"What is stored of task {Id} cannot be read.");
        }
    }

    private void Show(int progress, string message)
    {
        var hasEnded = record.State.State != TaskState.Running;
        _snapshot = new TaskSnapshot(
            Id,
            record.State.State,
            progress,
            record.State.Started,
            record.State.Finished,
            message,
            record.State.Result,
            hasEnded ? 0 : ++_version,
            record.State.Owner);
        _changed.Set();
        if (hasEnded)
        {
            _ended.Set();
        }
    }

    private void DeactivateWithWaiters()
    {
        _changed.Set();
        _ended.Set();
        DeactivateOnIdle();
    }

    private void BeginWork()
    {
        // Running a job does not count as a call, so Orleans would collect the grain after the collection age.
        DelayDeactivation(options.Value.Deadline + TimeSpan.FromMinutes(1));
        _stopping?.Dispose();
        _stopping = new CancellationTokenSource();
        _work = WorkAsync(record.State.Input!, _stopping.Token);
    }

    private async Task StopWorkAsync(JobOutcome? outcome)
    {
        if (_stopping is not null)
        {
            _outcomeOfStop = outcome;
            await _stopping.CancelAsync();
            await _work;
        }
    }

    private async Task WorkAsync(TaskInput input, CancellationToken stopping)
    {
        // Let the call that began the work return first.
        await Task.Yield();
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["TaskId"] = Id });
        using var run = telemetry.Begin(Id, input);
        var hasEnded = false;
        try
        {
            hasEnded = await RunJobAsync(input, stopping) is { } outcome && await TryStoreEndAsync(outcome, stopping);
        }
        finally
        {
            running.Exit(input);
            DelayDeactivation(TimeSpan.Zero);
            run.Outcome = !hasEnded ? TaskOutcome.Stopped
                : record.State.State == TaskState.Completed ? TaskOutcome.Completed
                : record.State.Message == CancelledMessage ? TaskOutcome.Cancelled
                : TaskOutcome.Error;
        }

        // After Exit, so that a client that reads the end can start another task at once.
        if (hasEnded)
        {
            Show(100, record.State.Message);
            await RemoveFromIndexAsync();
        }
    }

    private async Task<JobOutcome?> RunJobAsync(TaskInput input, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(GetTimeLeft(), timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            var job = services.GetRequiredKeyedService<IJob>(input.GetType());
            return await job.RunAsync(input, this, either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return _outcomeOfStop;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return JobOutcome.Failed($"The task did not end within {options.Value.Deadline.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            // Every accepted task must end. The cause is logged, and not returned to the client.
            LogJobFailed(exception, Id, input.GetType().Name);
            return JobOutcome.Failed("The task failed because of an internal error; the log has the cause");
        }
    }

    /// <summary>
    /// The deadline counts from the start of the task, across interruptions. A task that is resumed late still gets at least 30 s, or the
    /// whole deadline if that is shorter.
    /// </summary>
    private TimeSpan GetTimeLeft()
    {
        // Negative where the clock is behind that of the task's start.
        var passed = TimeSpan.FromSeconds(UnixSeconds() - record.State.Started);
        var left = options.Value.Deadline - (passed > TimeSpan.Zero ? passed : TimeSpan.Zero);
        var least = options.Value.Deadline < MinTimeOfAttempt ? options.Value.Deadline : MinTimeOfAttempt;
        return left > least ? left : least;
    }

    /// <summary>
    /// Stores the end of the task. While storage refuses it, the outcome stays here and only the write is retried: the servers are not asked
    /// again, and readers see the task running until its end is stored.
    /// </summary>
    private async Task<bool> TryStoreEndAsync(JobOutcome outcome, CancellationToken stopping)
    {
        record.State = new TaskRecord
        {
            Id = Id,
            State = outcome.Result is null ? TaskState.Error : TaskState.Completed,
            Started = record.State.Started,
            ContentHash = record.State.ContentHash,
            Owner = record.State.Owner,
            Message = outcome.Message,
            Result = outcome.Result,
        };
        var delay = MinWriteRetryDelay;
        while (true)
        {
            try
            {
                // Again at each attempt: the task can be read for its retention after the end is stored.
                record.State.Finished = GetFinish();
                await WriteAsync();
                return true;
            }
            catch (InconsistentStateException)
            {
                // Another activation wrote the record, and is responsible for the task now.
                DeactivateWithWaiters();
                return false;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogEndNotStored(exception, Id, delay.TotalSeconds);
                DelayDeactivation(options.Value.Deadline + TimeSpan.FromMinutes(1));
                await Task.Delay(delay, timeProvider, stopping).ConfigureAwait(
                    ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                delay = delay < MaxWriteRetryDelay ? delay * 2 : delay;
            }
            catch (Exception exception)
            {
                // Cancelled, deleted or deactivated. The next activation resumes the task if it is still stored as running.
                LogEndLost(exception, Id);
                DeactivateWithWaiters();
                return false;
            }
        }
    }

    /// <summary>The current time, but not before the task's stored times: the clock may have been set back.</summary>
    private long GetFinish() => Math.Max(record.State.Finished ?? record.State.Started, UnixSeconds());

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

    private async Task RemoveFromIndexAsync()
    {
        try
        {
            await index.GetShard(Id).Remove(Id);
        }
        catch (Exception exception)
        {
            // Not rethrown, because Cancel and Delete await the work. The index removes the entry when its next reminder fires.
            LogRemovalFailed(exception, Id);
        }
    }

    private long UnixSeconds() => clock.TimeToStore.ToUnixTimeSeconds();

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} is resumed after an interruption.")]
    private partial void LogResumed(Guid taskId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {TaskId} ({Input}) failed.")]
    private partial void LogJobFailed(Exception exception, Guid taskId, string input);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The end of task {TaskId} could not be stored. Retrying in {Delay} s.")]
    private partial void LogEndNotStored(Exception exception, Guid taskId, double delay);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The end of task {TaskId} could not be stored. Unless it is being deleted, its next activation resumes it.")]
    private partial void LogEndLost(Exception exception, Guid taskId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Another activation changed task {TaskId} in storage. This activation stops.")]
    private partial void LogOvertaken(Guid taskId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "What is stored of task {TaskId} cannot be read: {Damage}. Calls fail until the task expires or is deleted.")]
    private partial void LogDamaged(Guid taskId, string damage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The index of running tasks failed to remove task {TaskId}, which has ended.")]
    private partial void LogRemovalFailed(Exception exception, Guid taskId);
}
