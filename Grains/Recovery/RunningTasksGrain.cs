using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// One shard of the index of running tasks. Changes that come while one is being written are written together with the next write, so
/// that many tasks share one. That a task has ended is written with the next one that starts, or a little later: to find it here does no
/// harm, whoever looks sees that it has ended. A reminder brings the grain back after its silo died.
/// </summary>
[Reentrant]
internal sealed partial class RunningTasksGrain(
    [PersistentState("running", TaskStorage.IndexName)] IPersistentState<RunningTasksRecord> record,
    TimeProvider timeProvider,
    ILogger<RunningTasksGrain> logger) : Grain, IRunningTasksGrain, IRemindable
{
    private const string ReminderName = "revive";
    private const int MaxReadsAtOnce = 16;

    /// <summary>How often the reminder comes: the shortest period that Orleans allows.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>A start that is younger may not have stored its task yet: it must not be forgotten for not being there.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(20);

    /// <summary>For how long ended tasks may still be stored as running ones where none starts.</summary>
    private static readonly TimeSpan MaxBehind = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private IGrainTimer? _behindTimer;
    private bool _isBehind;
    private bool _hasFailed;
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;

    private Dictionary<Guid, long> AddedAt => record.State.AddedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Damage is { } damage)
        {
            // Without it no task of this shard could start. Those that it held are lost to it, but not to whoever reads them.
            LogBegunAnew(this.GetPrimaryKeyLong(), damage);
            record.State = new RunningTasksRecord();
        }

        _behindTimer = this.RegisterGrainTimer(
            _ => _isBehind ? WriteAsync() : Task.CompletedTask,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        await RegisterReminderAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // After a write that failed it is not known what is stored.
        if (_isBehind && !_hasFailed)
        {
            await WriteAsync().WaitAsync(cancellationToken);
        }
    }

    public Task Add(Guid taskId)
    {
        AddedAt[taskId] = UnixSeconds();
        return WriteAsync();
    }

    public Task Remove(Guid taskId)
    {
        if (AddedAt.Remove(taskId) && !_isBehind)
        {
            _isBehind = true;
            _behindTimer!.Change(MaxBehind, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Revive(includeYoung: false);

    public async Task Revive(bool includeYoung)
    {
        var before = includeYoung ? long.MaxValue : UnixSeconds() - (long)MinAge.TotalSeconds;
        var old = AddedAt.Where(entry => entry.Value <= before).ToArray();
        var ended = 0;
        foreach (var some in old.Chunk(MaxReadsAtOnce))
        {
            var isRunning = await Task.WhenAll(some.Select(entry => IsRunningAsync(entry.Key)));
            for (var i = 0; i < some.Length; i++)
            {
                // Not one that was added again meanwhile, under the same key.
                ended += !isRunning[i] && ((ICollection<KeyValuePair<Guid, long>>)AddedAt).Remove(some[i]) ? 1 : 0;
            }
        }

        if (ended > 0)
        {
            await WriteAsync();
        }
    }

    private async Task RegisterReminderAsync(CancellationToken cancellationToken)
    {
        try
        {
            await this.RegisterOrUpdateReminder(ReminderName, Period, Period, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OrleansException or ArgumentException or OperationCanceledException))
        {
            // Orleans wraps the exceptions of grain storage, but not those of a reminder service. Callers only know Orleans' own.
            throw new OrleansException("The reminder of the index of running tasks cannot be registered now.", exception);
        }
    }

    private async Task<bool> IsRunningAsync(Guid taskId)
    {
        try
        {
            return await GrainFactory.GetGrain<ITaskGrain>(taskId).Read() is { State: TaskState.Running };
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // It is asked again the next time.
            LogNotRead(taskId, exception.Message);
            return true;
        }
        catch (InvalidDataException)
        {
            // Its grain has said so in the log. It stays here: another version may know what is stored, and in the end it expires.
            return true;
        }
    }

    /// <summary>Joins the write that has not begun yet, or waits for the one that has and begins the next.</summary>
    private Task WriteAsync() => _nextWrite ??= WriteNextAsync();

    private async Task WriteNextAsync()
    {
        // Whoever calls while the process is busy with other things joins this write.
        await ThreadPoolQueue.PassAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _writing = _nextWrite!;
        _nextWrite = null;
        _isBehind = false;
        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            // What is stored is not known any more: the next activation reads it.
            _hasFailed = true;
            DeactivateOnIdle();
            throw;
        }
    }

    private long UnixSeconds() => timeProvider.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Part {Shard} of the index of running tasks cannot be read ({Damage}) and is begun anew. "
            + "Tasks that were running are taken up when they are read.")]
    private partial void LogBegunAnew(long shard, string damage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Running task {TaskId} cannot be read now: {Reason}")]
    private partial void LogNotRead(Guid taskId, string reason);
}
