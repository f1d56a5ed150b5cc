using System.Diagnostics;

namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Finds out again and again how long work waits in this process that is ready to go on: something that does nothing joins the queue.
/// </summary>
internal sealed class ThreadPoolDelayProbe : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly Action<TimeSpan> _tell;
    private readonly Timer _timer;
    private long _queuedAt;

    /// <summary>Begins.</summary>
    /// <param name="tell">Is told the lateness, many times a second, one call at a time. It must not throw.</param>
    public ThreadPoolDelayProbe(Action<TimeSpan> tell)
    {
        _tell = tell;

        // Timers have a queue of their own, so that they are hardly late when the others are. Set once it is assigned.
        _timer = new Timer(static state => ((ThreadPoolDelayProbe)state!).Join(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Pace, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        _tell(Stopwatch.GetElapsedTime(_queuedAt));
        try
        {
            _timer.Change(Pace, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The host has ended meanwhile.
        }
    }

    private void Join()
    {
        _queuedAt = Stopwatch.GetTimestamp();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
