namespace Raida.Servers;

/// <summary>
/// Bounds the requests in flight to one server. The others queue, and flows take turns: the single request of an echo waits for at most one
/// request of each detect, not for all requests of a large one.
/// </summary>
internal sealed class RequestQueue(int maxInFlight, int maxQueued)
{
    private static readonly Task<bool> Entered = Task.FromResult(true);
    private static readonly Task<bool> Full = Task.FromResult(false);

    private readonly Lock _gate = new();
    private readonly Queue<Flow> _flows = [];
    private readonly int _maxInFlight = maxInFlight;
    private int _limit = maxInFlight;
    private int _inFlight;
    private int _queued;

    public int InFlight => Volatile.Read(ref _inFlight);

    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Waits until a request may be sent; <see cref="Exit"/> ends it.</summary>
    /// <returns>False when the queue is full.</returns>
    public Task<bool> EnterAsync(Flow flow, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> waiter;
        lock (_gate)
        {
            if (_inFlight < _limit)
            {
                _inFlight++;
                return Entered;
            }

            if (_queued == maxQueued)
            {
                return Full;
            }

            _queued++;
            if (flow.Waiters.Count == 0)
            {
                _flows.Enqueue(flow);
            }

            waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            flow.Waiters.Enqueue(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    public void Exit()
    {
        lock (_gate)
        {
            _inFlight--;
            AdmitLocked();
        }
    }

    /// <summary>
    /// Allows only a quarter of the requests in flight after the server's last request failed. Requests in flight together also time out
    /// together, so this limits how many are lost before the server is marked down.
    /// </summary>
    public void Limit(bool isFailing)
    {
        var limit = isFailing ? Math.Max(1, _maxInFlight / 4) : _maxInFlight;
        lock (_gate)
        {
            if (limit != _limit)
            {
                _limit = limit;
                AdmitLocked();
            }
        }
    }

    private void AdmitLocked()
    {
        while (_inFlight < _limit && _flows.TryDequeue(out var flow))
        {
            var waiter = flow.Waiters.Dequeue();
            _queued--;
            if (flow.Waiters.Count > 0)
            {
                _flows.Enqueue(flow);
            }

            // A cancelled waiter leaves its place to the next.
            _inFlight += waiter.TrySetResult(true) ? 1 : 0;
        }
    }

    private static async Task<bool> WaitAsync(TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<bool>)state!).TrySetCanceled(token),
            waiter);
        return await waiter.Task.ConfigureAwait(false);
    }

    /// <summary>The queued requests of one caller, in their order.</summary>
    public sealed class Flow
    {
        internal Queue<TaskCompletionSource<bool>> Waiters { get; } = [];
    }
}
