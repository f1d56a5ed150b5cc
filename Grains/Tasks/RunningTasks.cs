using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Counts the tasks that run on this silo and what they hold, so that no more are taken than it may run.</summary>
public sealed class RunningTasks(IOptions<TaskOptions> options)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;
    private int _count;
    private long _bytes;

    /// <summary>Counts a new task in, if there is room. The first one always finds room, however much it holds.</summary>
    /// <param name="input">What it is to do.</param>
    /// <returns>False when as many run as may, or the silo is about to stop.</returns>
    public bool TryEnter(TaskInput input)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            if (_count > 0 && (_count >= options.Value.MaxRunning || _bytes + input.Length > options.Value.MaxRunningBytes))
            {
                return false;
            }

            EnterLocked(input);
            return true;
        }
    }

    /// <summary>Counts in a task that was accepted before and is taken up again: it must run even if there is no room.</summary>
    /// <param name="input">What it is to do.</param>
    public void EnterAgain(TaskInput input)
    {
        lock (_gate)
        {
            EnterLocked(input);
        }
    }

    /// <summary>Counts a task out.</summary>
    /// <param name="input">What it was to do.</param>
    public void Exit(TaskInput input)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= input.Length;
            CompleteIfEmptyLocked();
        }
    }

    /// <summary>Whether new tasks are refused because the silo is about to stop.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Lets no new task in any more.</summary>
    /// <returns>A task that ends when none runs.</returns>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            CompleteIfEmptyLocked();
            return _empty.Task;
        }
    }

    private void CompleteIfEmptyLocked()
    {
        if (_isClosed && _count == 0)
        {
            _empty.TrySetResult();
        }
    }

    private void EnterLocked(TaskInput input)
    {
        _count++;
        _bytes += input.Length;
    }
}
