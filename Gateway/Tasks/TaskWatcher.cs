using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// Waits for changes of tasks by long polling: the task's grain delays its reply until the task has changed. If the silo dies, the call is
/// retried elsewhere; the only state of a wait is the last version that was received.
/// </summary>
internal sealed class TaskWatcher(IHostApplicationLifetime host)
{
    /// <summary>How long a grain may delay its reply to <see cref="WaitForEndAsync"/>; see <see cref="ITaskGrain.ReadAfter"/>.</summary>
    private static readonly TimeSpan MaxWaitForEnd = TimeSpan.FromSeconds(10);

    /// <summary>A third of <see cref="MaxSilence"/>, so that a stream's comments are in time.</summary>
    private static readonly TimeSpan MaxWaitForChange = TimeSpan.FromSeconds(5);

    /// <summary>How much longer than the requested wait a reply may take.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>At most 10 changes a second are watched.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(15);

    /// <summary>Waits until the task has ended, the time has passed, or the gateway shuts down.</summary>
    /// <param name="task">The task as it was just read; returned while the cluster does not respond.</param>
    /// <returns>The task; null if it was deleted or expired meanwhile.</returns>
    public async Task<TaskSnapshot?> WaitForEndAsync(ITaskGrain grain, TaskSnapshot task, TimeSpan wait, CancellationToken aborted)
    {
        if (task.State != TaskState.Running || wait == TimeSpan.Zero)
        {
            return task;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, host.ApplicationStopping);
        var newest = task;
        WaitMetrics.Waiters.Add(1);
        try
        {
            var startedAt = Stopwatch.GetTimestamp();
            for (var rest = wait; rest > TimeSpan.Zero && newest is { State: TaskState.Running }; rest = wait - Stopwatch.GetElapsedTime(startedAt))
            {
                newest = await PollAsync(grain, newest, version: null, rest < MaxWaitForEnd ? rest : MaxWaitForEnd, either.Token);
            }
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // The client gets what is known, and asks another gateway.
        }
        finally
        {
            WaitMetrics.Waiters.Add(-1);
        }

        return newest;
    }

    /// <summary>Follows the task until it has ended, is deleted or expires, or the gateway shuts down.</summary>
    /// <param name="task">The task as it was just read; the first item unless the watcher has this version.</param>
    /// <param name="seen">The version that the watcher has; null for none.</param>
    /// <returns>Each version of the task that differs from the one before it; null after 15 s without one.</returns>
    public static async IAsyncEnumerable<TaskSnapshot?> WatchAsync(
        ITaskGrain grain,
        TaskSnapshot task,
        long? seen,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (task.Version != seen)
        {
            yield return task;
        }

        var sentAt = Stopwatch.GetTimestamp();
        while (task.State == TaskState.Running)
        {
            await Task.Delay(MinInterval, cancellationToken);
            var next = await PollAsync(grain, task, task.Version, MaxWaitForChange, cancellationToken);
            if (next is null)
            {
                yield break;
            }

            var isChanged = next.Version != task.Version;
            task = next;
            if (isChanged || Stopwatch.GetElapsedTime(sentAt) >= MaxSilence)
            {
                sentAt = Stopwatch.GetTimestamp();
                yield return isChanged ? task : null;
            }
        }
    }

    /// <returns>The task, unchanged if there is no news within the time or the cluster does not respond; null if there is no task.</returns>
    private static async Task<TaskSnapshot?> PollAsync(
        ITaskGrain grain,
        TaskSnapshot task,
        long? version,
        TimeSpan wait,
        CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            var next = await grain.ReadAfter(version, wait, cancellationToken).WaitAsync(wait + Margin, cancellationToken);
            if (next is null || next.Version != task.Version || Stopwatch.GetElapsedTime(startedAt) >= wait)
            {
                return next;
            }

            // Its silo is shutting down, or has lost the task to another one.
        }
        catch (Exception exception) when (TaskGrains.MeansUnavailable(exception, cancellationToken))
        {
            // Its silo has died, or storage cannot respond now.
        }

        await Task.Delay(RetryDelay, cancellationToken);
        return task;
    }
}
