using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Recovery;

/// <summary>
/// One shard of the index of running tasks. Changes that arrive during a write are stored together by the next write. A removal is stored
/// with the next change, or after a second: a stale entry is harmless, because reading the task shows that it has ended. After the death
/// of its silo, a reminder activates the grain again.
/// </summary>
[Reentrant, GrainType("runningtasks")]
internal sealed partial class RunningTaskIndexGrain(
    [PersistentState("running", TaskStorage.IndexName)] IPersistentState<RunningTasksRecord> record,
    TaskClock clock,
    ILogger<RunningTaskIndexGrain> logger) : Grain, IRunningTaskIndexGrain, IRemindable
{
    private const string ReminderName = "revive";
    private const int MaxReadsAtOnce = 16;

    /// <summary>The period of the reminder: the shortest that Orleans allows.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Younger entries are skipped: their tasks may not be stored yet, and would be removed as missing.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(20);

    /// <summary>How long a removal may wait for another change before it is stored.</summary>
    private static readonly TimeSpan MaxBehind = TimeSpan.FromSeconds(1);

    private bool _isBehind;
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;

    private Dictionary<Guid, long> AddedAt => record.State.AddedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            _ => _isBehind ? WriteAsync() : Task.CompletedTask,
            new GrainTimerCreationOptions(MaxBehind, MaxBehind) { Interleave = true });
        await RegisterReminderAsync(cancellationToken);
    }

    public Task Add(Guid taskId)
    {
        AddedAt[taskId] = UnixSeconds();
        return WriteAsync();
    }

    public Task Remove(Guid taskId)
    {
        _isBehind |= AddedAt.Remove(taskId);
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Revive(includeYoung: false);

    public async Task Revive(bool includeYoung)
    {
        // An entry of a process whose clock was ahead is not young.
        var now = UnixSeconds();
        var old = AddedAt.Where(entry => includeYoung || Math.Abs(now - entry.Value) >= (long)MinAge.TotalSeconds).ToArray();
        var ended = 0;
        foreach (var some in old.Chunk(MaxReadsAtOnce))
        {
            var isRunning = await Task.WhenAll(some.Select(entry => IsRunningAsync(entry.Key)));
            for (var i = 0; i < some.Length; i++)
            {
                // Only if the entry is unchanged: the same Idempotency-Key may have added the task again.
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
            // Orleans wraps the exceptions of grain storage, but not those of a reminder service. Callers handle only OrleansException.
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
            // The next reminder reads it again.
            LogNotRead(taskId, exception.Message);
            return true;
        }
        catch (InvalidDataException)
        {
            // The task's grain has logged this. The entry stays until the record expires, as another version may be able to read it.
            return true;
        }
    }

    /// <summary>Coalesces with the queued write, or queues one after the write in flight.</summary>
    private Task WriteAsync() => _nextWrite ??= WriteNextAsync();

    private async Task WriteNextAsync()
    {
        // Lets calls that are already queued coalesce with this write.
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
            // It is unknown what is stored: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
    }

    private long UnixSeconds() => clock.Steady.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Running task {TaskId} cannot be read now: {Reason}")]
    private partial void LogNotRead(Guid taskId, string reason);
}

/// <summary>What storage keeps of a shard of running tasks. Numbers and aliases are the stored format.</summary>
[GenerateSerializer, Alias("RunningTasksRecord")]
public sealed class RunningTasksRecord
{
    /// <summary>When each task was added, in Unix seconds.</summary>
    [Id(0)]
    public Dictionary<Guid, long> AddedAt { get; set; } = [];
}
