namespace Bench.Simulation;

/// <summary>Time that jumps from one event to the next.</summary>
internal sealed class SimulatedClock
{
    private readonly PriorityQueue<Action, (double At, long Number)> _events = new();
    private long _number;

    /// <summary>Milliseconds since the beginning.</summary>
    public double Now { get; private set; }

    /// <summary>Has something happen later; what is to happen at the same time happens in the order of these calls.</summary>
    public void After(double milliseconds, Action happen) => _events.Enqueue(happen, (Now + milliseconds, _number++));

    /// <summary>Lets all happen that is due by then.</summary>
    public void RunUntil(double milliseconds)
    {
        while (_events.TryPeek(out var next, out var due) && due.At <= milliseconds)
        {
            _events.Dequeue();
            Now = due.At;
            next();
        }

        Now = milliseconds;
    }
}
