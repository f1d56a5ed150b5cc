using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Admits tasks to this silo within the limits of their number, of the bytes that they hold and of what the machine can do.</summary>
public sealed partial class TaskAdmission : IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TaskOptions _options;
    private readonly AdaptiveConcurrencyLimit _limit;
    private readonly ThreadPoolDelayProbe _probe;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> _countOfCallers = [];
    private bool _isClosed;
    private long? _rejectionLoggedAt;
    private int _count;
    private int _peakCount;
    private long _bytes;

    /// <summary>Starts with no running task.</summary>
    public TaskAdmission(IOptions<TaskOptions> options, ILogger<TaskAdmission> logger)
    {
        _options = options.Value;
        _logger = logger;
        _limit = new AdaptiveConcurrencyLimit(_options.MaxRunning, minTarget: _options.MaxLateness);
        _probe = new ThreadPoolDelayProbe(UpdateLimit);
    }

    /// <inheritdoc />
    public void Dispose() => _probe.Dispose();

    /// <summary>
    /// Admits a new task unless a limit is reached or the silo is stopping. A task of any size is admitted while no other is running. Callers
    /// without a name have no limit of their own.
    /// </summary>
    public StartOutcome TryEnter(TaskInput input)
    {
        int count, limit;
        long bytes;
        TimeSpan delay, target;
        lock (_gate)
        {
            if (_isClosed)
            {
                return StartOutcome.ShuttingDown;
            }

            if (input.Owner is { } owner
                && _countOfCallers.GetValueOrDefault(owner) >= (input.MaxRunningOfOwner ?? _options.MaxRunningPerCaller))
            {
                return StartOutcome.TooManyOfCaller;
            }

            if (_count == 0 || (_count < _limit.Current && _bytes + input.Length <= _options.MaxRunningBytes))
            {
                EnterLocked(input);
                return StartOutcome.Accepted;
            }

            if (_rejectionLoggedAt is { } last && Stopwatch.GetElapsedTime(last) < LogInterval)
            {
                return StartOutcome.TooManyRunning;
            }

            _rejectionLoggedAt = Stopwatch.GetTimestamp();
            (count, limit, bytes, delay, target) = (_count, _limit.Current, _bytes, _limit.Delay, _limit.Target);
        }

        LogRejecting(count, limit, delay.TotalMilliseconds, target.TotalMilliseconds, bytes, input.Length);
        return StartOutcome.TooManyRunning;
    }

    /// <summary>Counts a task that was accepted earlier and is resumed. It must run even if a limit is reached.</summary>
    public void EnterResumed(TaskInput input)
    {
        lock (_gate)
        {
            EnterLocked(input);
        }
    }

    /// <summary>Removes an ended task from the count.</summary>
    public void Exit(TaskInput input)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= input.Length;
            if (input.Owner is { } owner && --CollectionsMarshal.GetValueRefOrAddDefault(_countOfCallers, owner, out _) == 0)
            {
                _countOfCallers.Remove(owner);
            }

            CompleteIfEmptyLocked();
        }
    }

    /// <summary>How many tasks are running.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many tasks may be running now.</summary>
    public int Limit
    {
        get
        {
            lock (_gate)
            {
                return _limit.Current;
            }
        }
    }

    /// <summary>Rejects new tasks from now on, and completes when no task is running.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            CompleteIfEmptyLocked();
            return _empty.Task;
        }
    }

    private void UpdateLimit(TimeSpan delay)
    {
        lock (_gate)
        {
            _limit.Update(delay, _peakCount);
            _peakCount = _count;
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
        _peakCount = Math.Max(_peakCount, _count);
        _bytes += input.Length;
        if (input.Owner is { } owner)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_countOfCallers, owner, out _)++;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Rejecting tasks: {Running} are running and {Limit} may, at a thread-pool delay of {Delay:0.0} ms with a target of "
            + "{Target:0.0} ms; they hold {Bytes} bytes of coins, and {More} more were requested.")]
    private partial void LogRejecting(int running, int limit, double delay, double target, long bytes, long more);
}
