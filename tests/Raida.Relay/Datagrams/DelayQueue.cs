using System.Buffers;

namespace Raida.Relay.Datagrams;

/// <summary>
/// The delayed datagrams of a relay, in the order in which they are due, with one timer for the next of them.
/// </summary>
internal sealed class DelayQueue : IAsyncDisposable
{
    /// <summary>The maximum size of all buffers, about 30,000 full datagrams. More are dropped.</summary>
    public const long MaxBytes = 64 << 20;

    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Lock _delivering = new();

    // Datagrams that are due at the same time are sent in the order in which they arrived.
    private readonly PriorityQueue<HeldDatagram, (long DueAt, long Number)> _queue = new();
    private long _lastNumber;
    private long _bytes;
    private long _timerDueAt = long.MaxValue;
    private bool _disposed;

    public DelayQueue(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(
            static state => ((DelayQueue)state!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Copies a datagram, and notifies its line when it is due. Returns null if the queue is full.</summary>
    public HeldDatagram? TryAdd(
        DatagramLine line,
        ReadOnlySpan<byte> datagram,
        int copies,
        TimeSpan delay,
        TimeSpan? delayAfterTheNext = null)
    {
        lock (_gate)
        {
            if (_disposed || _bytes >= MaxBytes)
            {
                return null;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(buffer);
            var held = new HeldDatagram(line, buffer, datagram.Length) { Copies = copies, DelayAfterTheNext = delayAfterTheNext };
            var dueAt = _timeProvider.GetTimestamp() + (long)Math.Ceiling(delay.TotalSeconds * _timeProvider.TimestampFrequency);
            _bytes += buffer.Length;
            _queue.Enqueue(held, (dueAt, ++_lastNumber));
            ArmTimerLocked(dueAt);
            return held;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            while (_queue.TryDequeue(out var held, out _))
            {
                ReturnLocked(held);
            }
        }
    }

    private void OnTimer()
    {
        // One at a time, to keep the order: the timer may fire again while an earlier callback is still delivering.
        lock (_delivering)
        {
            while (TryTakeDue(out var held))
            {
                held.Line.OnDue(held);
                lock (_gate)
                {
                    ReturnLocked(held);
                }
            }
        }
    }

    private bool TryTakeDue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HeldDatagram? held)
    {
        lock (_gate)
        {
            held = null;
            _timerDueAt = long.MaxValue;
            if (_disposed || !_queue.TryPeek(out _, out var next))
            {
                return false;
            }

            if (next.DueAt > _timeProvider.GetTimestamp())
            {
                ArmTimerLocked(next.DueAt);
                return false;
            }

            held = _queue.Dequeue();
            return true;
        }
    }

    private void ArmTimerLocked(long dueAt)
    {
        if (dueAt >= _timerDueAt)
        {
            return;
        }

        _timerDueAt = dueAt;
        var wait = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), dueAt);

        // Timers count whole milliseconds: rounded up, so that none fires early only to be set again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private void ReturnLocked(HeldDatagram held)
    {
        _bytes -= held.Buffer.Length;

        // It holds coins' secrets.
        ArrayPool<byte>.Shared.Return(held.Buffer, clearArray: true);
    }
}
