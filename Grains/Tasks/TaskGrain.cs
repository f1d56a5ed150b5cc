using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// One task. Knows no kind of task: the input's type finds the job. The work runs on this grain's scheduler beside its calls, so that
/// reads are answered between two of its turns.
/// </summary>
internal sealed partial class TaskGrain(
    [PersistentState("task", TaskStorage.Name)] IPersistentState<TaskRecord> record,
    IServiceProvider services,
    RunningTasks running,
    IOptions<TaskOptions> options,
    TimeProvider timeProvider,
    ILogger<TaskGrain> logger) : Grain, ITaskGrain, IJobProgress, IDisposable
{
    private const int MaxProgressWhileRunning = 99;

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _leaving = new();
    private TaskSnapshot? _snapshot;
    private bool _starting;
    private Task _work = Task.CompletedTask;

    private Guid Id => this.GetPrimaryKey();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.RecordExists)
        {
            if (record.State.State == TaskState.Running)
            {
                // The progress that readers saw before the interruption was not stored, and must not fall: show all there can be.
                running.EnterAgain();
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
        await _leaving.CancelAsync();
        await _work.WaitAsync(cancellationToken);
    }

    public void Dispose() => _leaving.Dispose();

    public async Task<StartReply> Start(TaskInput input)
    {
        if (_snapshot is not null)
        {
            return new StartReply(_snapshot);
        }

        // Before anything is stored: an input that no job takes is a fault of the caller.
        _ = services.GetRequiredKeyedService<IJob>(input.GetType());
        if (!running.TryEnter())
        {
            DeactivateOnIdle();
            return new StartReply(null);
        }

        _starting = true;
        record.State = new TaskRecord { State = TaskState.Running, Input = input, Started = UnixSeconds() };
        try
        {
            await record.WriteStateAsync();
        }
        catch
        {
            // Whether it was stored is not known: the next activation reads what is there.
            running.Exit();
            DeactivateOnIdle();
            throw;
        }

        _starting = false;
        Show(0, "Started");
        BeginWork();
        return new StartReply(_snapshot);
    }

    public Task<TaskSnapshot?> Read()
    {
        if (_snapshot is null && !_starting)
        {
            // Asking for ids that do not exist must not fill the memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(_snapshot);
    }

    public void Report(int done, int total, string message)
    {
        var progress = (int)((long)done * 100 / total);
        Show(Math.Clamp(progress, _snapshot?.Progress ?? 0, MaxProgressWhileRunning), message);
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
        _work = WorkAsync(record.State.Input!);
    }

    private async Task WorkAsync(TaskInput input)
    {
        // Let the call that began the work return first.
        await Task.Yield();
        try
        {
            if (await RunJobAsync(input) is { } outcome)
            {
                await EndAsync(outcome);
            }
        }
        finally
        {
            running.Exit();
            DelayDeactivation(TimeSpan.Zero);
        }
    }

    private async Task<JobOutcome?> RunJobAsync(TaskInput input)
    {
        using var deadline = new CancellationTokenSource(options.Value.Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _leaving.Token);
        try
        {
            var job = services.GetRequiredKeyedService<IJob>(input.GetType());
            return await job.RunAsync(input, this, either.Token);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // Another activation takes the work up.
            return null;
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

    private async Task EndAsync(JobOutcome outcome)
    {
        record.State = new TaskRecord
        {
            State = outcome.Result is null ? TaskState.Error : TaskState.Completed,
            Started = record.State.Started,

            // A clock that was set back in between must not turn the order round.
            Finished = Math.Max(record.State.Started, UnixSeconds()),
            Message = outcome.Message,
            Result = outcome.Result,
        };
        try
        {
            await record.WriteStateAsync();
        }
        catch (Exception exception)
        {
            // Readers still see it running; the next activation reads what is stored and does what is left to do.
            LogEndNotStored(exception, Id);
            DeactivateOnIdle();
            return;
        }

        Show(100, outcome.Message);
    }

    private long UnixSeconds() => timeProvider.GetUtcNow().ToUnixTimeSeconds();
}
