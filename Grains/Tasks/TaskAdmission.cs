using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Counts the tasks that run on this silo and what they hold, so that no more are taken than it may run, or can.</summary>
public sealed partial class TaskAdmission : IDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TaskOptions _options;
    private readonly AdaptiveConcurrencyLimit _limit;
    private readonly ThreadPoolDelayProbe _probe;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;
    private long? _refusalLoggedAt;
    private int _count;
    private long _bytes;

    /// <summary>Begins with none.</summary>
    /// <param name="options">How many may run, and what they may hold.</param>
    /// <param name="logger">Is told, now and then, that tasks are refused.</param>
    public TaskAdmission(IOptions<TaskOptions> options, ILogger<TaskAdmission> logger)
    {
        _options = options.Value;
        _logger = logger;
        _limit = new AdaptiveConcurrencyLimit(_options.MaxRunning, _options.MaxLateness);
        _probe = new ThreadPoolDelayProbe(CountLateness);
    }

    /// <inheritdoc />
    public void Dispose() => _probe.Dispose();

    /// <summary>Counts a new task in, if there is room. The first one always finds room, however much it holds.</summary>
    /// <param name="input">What it is to do.</param>
    /// <returns>False when as many run as may, more than the silo can do, or it is about to stop.</returns>
    public bool TryEnter(TaskInput input)
    {
        int count, limit;
        long bytes;
        TimeSpan lateness;
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            if (_count == 0 || (_count < _limit.Current && _bytes + input.Length <= _options.MaxRunningBytes))
            {
                EnterLocked(input);
                return true;
            }

            if (_refusalLoggedAt is { } last && Stopwatch.GetElapsedTime(last) < LogInterval)
            {
                return false;
            }

            _refusalLoggedAt = Stopwatch.GetTimestamp();
            (count, limit, bytes, lateness) = (_count, _limit.Current, _bytes, _limit.Lateness);
        }

        LogRefused(count, limit, lateness.TotalMilliseconds, bytes, input.Length);
        return false;
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

    private void CountLateness(TimeSpan lateness)
    {
        lock (_gate)
        {
            _limit.Count(lateness, _count);
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

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Tasks are refused: {Running} run and {Limit} may, as work waits for {Lateness:0.0} ms; "
            + "they hold {Bytes} bytes of coins, and another {More} were asked for.")]
    private partial void LogRefused(int running, int limit, double lateness, long bytes, long more);
}
