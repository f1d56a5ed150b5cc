using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Placement;
using OrleansTasks.Grains.Recovery;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// One task. Knows no kind of task: the input's type finds the job. The work runs on this grain's scheduler beside its calls, so that
/// reads are answered between two of its turns.
/// </summary>
internal sealed partial class TaskGrain(
    [PersistentState("task", TaskStorage.Name)] IPersistentState<TaskRecord> record,
    IServiceProvider services,
    RunningTasks running,
    RunningTaskIndex index,
    ISiloStatusOracle silos,
    IOptions<TaskOptions> options,
    TimeProvider timeProvider,
    ILogger<TaskGrain> logger) : Grain, ITaskGrain, IJobProgress, IDisposable
{
    private const int MaxProgressWhileRunning = 99;
    private const string CancelledMessage = "Cancelled";

    private static readonly TimeSpan MinTimeOfAttempt = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = logger;
    private TaskSnapshot? _snapshot;
    private bool _isDamaged;
    private bool _starting;
    private Task _work = Task.CompletedTask;
    private CancellationTokenSource? _stopping;
    private JobOutcome? _outcomeOfStop;
    private IGrainTimer? _forgetting;

    private Guid Id => this.GetPrimaryKey();

    private bool IsExpired =>
        record.State.Finished is { } finished && UnixSeconds() >= finished + (long)options.Value.Retention.TotalSeconds;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Deletion is not null)
        {
            ForgetDeletionLater();
        }
        else if (record.RecordExists && !IsExpired)
        {
            if (record.State.FindDamage() is { } damage)
            {
                _isDamaged = true;
                LogDamaged(Id, damage);
            }
            else if (record.State.State == TaskState.Running)
            {
                // The progress that readers saw before the interruption was not stored, and must not fall: show all there can be.
                running.EnterAgain(record.State.Input!);
                Show(MaxProgressWhileRunning, "Taken up again after an interruption");
                LogResumed(Id);
                BeginWork();
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
        // Whoever takes the work up begins anew: what was learned here is not stored.
        await StopWorkAsync(outcome: null).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping?.Dispose();

    public async Task<StartReply> Start(TaskInput input, byte[] contentHash, Guid? afterDeletion)
    {
        ThrowIfDamaged();
        ForgetIfExpired();
        if (_snapshot is not null)
        {
            return record.State.ContentHash.AsSpan().SequenceEqual(contentHash)
                ? new StartReply(StartOutcome.Accepted, _snapshot)
                : new StartReply(StartOutcome.OtherContent);
        }

        if (record.State.Deletion is { } deletion && deletion.Id != afterDeletion)
        {
            return new StartReply(StartOutcome.Deleted, Deletion: deletion.Id);
        }

        // Before anything is stored: an input that no job takes is a fault of the caller.
        _ = services.GetRequiredKeyedService<IJob>(input.GetType());
        if (!running.TryEnter(input))
        {
            if (running.IsClosed)
            {
                MoveToAnotherSilo();
                throw new OrleansException("This silo is shutting down and starts no more tasks.");
            }

            DeactivateUnlessNeeded();
            return new StartReply(StartOutcome.TooManyRunning);
        }

        _starting = true;
        record.State = new TaskRecord
        {
            State = TaskState.Running,
            Input = input,
            Started = UnixSeconds(),
            ContentHash = contentHash,
        };
        try
        {
            // First the index, then the task: a task that is stored is always found again.
            await index.GetShard(Id).Add(Id);
            await WriteAsync();
        }
        catch
        {
            // Whether it was stored is unknown: the next activation reads what is there.
            running.Exit(input);
            DeactivateOnIdle();
            throw;
        }

        _starting = false;
        Show(0, "Started");
        BeginWork();
        return new StartReply(StartOutcome.Accepted, _snapshot);
    }

    public Task<TaskSnapshot?> Read()
    {
        ThrowIfDamaged();
        ForgetIfExpired();
        if (_snapshot is null && !_starting)
        {
            // Asking for ids that do not exist must not fill the memory.
            DeactivateUnlessNeeded();
        }

        return Task.FromResult(_snapshot);
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
            throw new OrleansException("The task was stopped, but storage did not take its end.");
        }

        // The work may have come to its own end first.
        return new CancelReply(_snapshot is { State: TaskState.Error, Message: CancelledMessage }, _snapshot);
    }

    public void Report(int done, int total, string message)
    {
        var progress = (int)((long)done * 100 / total);
        Show(Math.Clamp(progress, _snapshot?.Progress ?? 0, MaxProgressWhileRunning), message);
    }

    private void ForgetIfExpired()
    {
        if (IsExpired)
        {
            _snapshot = null;
        }
    }

    /// <summary>
    /// The caller retries, and must not find this silo again: Orleans only stops placing grains on it at the end of its shutdown.
    /// </summary>
    private void MoveToAnotherSilo()
    {
        var others = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress)).ToArray();
        if (others.Length == 0)
        {
            DeactivateOnIdle();
            return;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, others[Random.Shared.Next(others.Length)]);
        MigrateOnIdle();
    }

    private void DeactivateUnlessNeeded()
    {
        // It has to forget a deletion when the time has come.
        if (record.State.Deletion is null)
        {
            DeactivateOnIdle();
        }
    }

    private void ThrowIfDamaged()
    {
        if (_isDamaged)
        {
            throw new InvalidDataException($"What is stored of task {Id} cannot be read.");
        }
    }

    private void Show(int progress, string message) => _snapshot = new TaskSnapshot(
        Id,
        record.State.State,
        progress,
        record.State.Started,
        record.State.Finished,
        message,
        record.State.Result);

    private void BeginWork()
    {
        // A grain whose work outlasts the collection age gets no calls, and would be collected in the middle of it.
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
        var hasEnded = false;
        try
        {
            hasEnded = await RunJobAsync(input, stopping) is { } outcome && await TryStoreEndAsync(outcome);
        }
        finally
        {
            running.Exit(input);
            DelayDeactivation(TimeSpan.Zero);
        }

        // Whoever sees the end finds the task's place free.
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
            // The task was promised an end, whatever went wrong; the cause goes to the log and not to the caller.
            LogJobFailed(exception, Id, input.GetType().Name);
            return JobOutcome.Failed("The task failed by an internal error; the service's log has the cause");
        }
    }

    /// <summary>
    /// The deadline counts from the task's start, however often it was interrupted; but whoever takes a task up late, because nobody was
    /// there to do it, tries at least once.
    /// </summary>
    private TimeSpan GetTimeLeft()
    {
        var left = TimeSpan.FromSeconds(record.State.Started - UnixSeconds()) + options.Value.Deadline;
        var least = options.Value.Deadline < MinTimeOfAttempt ? options.Value.Deadline : MinTimeOfAttempt;
        return left > least ? left : least;
    }

    private long UnixSeconds() => timeProvider.GetUtcNow().ToUnixTimeSeconds();
}
