using System.Diagnostics;

namespace OrleansTasks.Grains.Tasks;

/// <summary>Measures thread-pool delay by queueing an empty work item every 20 ms.</summary>
internal sealed class ThreadPoolDelayProbe : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Action<TimeSpan> _onMeasured;
    private readonly Timer _timer;
    private long _queuedAt;

    /// <summary>Starts measuring.</summary>
    /// <param name="onMeasured">Receives each measurement, one call at a time. It must not throw.</param>
    public ThreadPoolDelayProbe(Action<TimeSpan> onMeasured)
    {
        _onMeasured = onMeasured;

        // Timer callbacks have a queue of higher priority, so the timer fires in time. Started once the field is assigned.
        _timer = new Timer(static state => ((ThreadPoolDelayProbe)state!).Queue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        _onMeasured(Stopwatch.GetElapsedTime(_queuedAt));
        try
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The probe was disposed during the measurement.
        }
    }

    private void Queue()
    {
        _queuedAt = Stopwatch.GetTimestamp();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
