using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Counts the tasks that run on this silo, so that no more are taken than it may run.</summary>
public sealed class RunningTasks(IOptions<TaskOptions> options)
{
    private int _count;

    /// <summary>How many tasks run on this silo.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a new task in, if there is room.</summary>
    /// <returns>False when as many run as may.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= options.Value.MaxRunning)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Counts in a task that was accepted before and is taken up again: it must run even if there is no room.</summary>
    public void EnterAgain() => Interlocked.Increment(ref _count);

    /// <summary>Counts a task out.</summary>
    public void Exit() => Interlocked.Decrement(ref _count);
}
