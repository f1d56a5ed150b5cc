namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// Limits the number of running tasks by thread-pool delay. Each measurement above the target shrinks the limit by 20 %, each one below
/// it grows the limit by 25 %.
/// </summary>
/// <remarks>
/// The time of a task is proportional to the delay. The target is therefore a multiple of the delay under the usual load, which each machine
/// measures for itself: accepted work then takes about that multiple of its usual time, on a fast machine and on a slow one.
/// </remarks>
/// <param name="minTarget">A delay that never shrinks the limit.</param>
internal sealed class AdaptiveConcurrencyLimit(int max, TimeSpan minTarget)
{
    /// <summary>The number of running tasks up to which a load is usual. A usual load is never limited.</summary>
    public const int UsualLoad = 64;

    /// <summary>The limit never falls below this, unless fewer are configured.</summary>
    public const int Floor = UsualLoad + 16;

    private const double TargetFactor = 2;
    private const double Decrease = 0.8;
    private const double Increase = 1.25;

    /// <summary>Averages over about 5 measurements, so that a garbage collection does not shrink the limit.</summary>
    private const double DelayWeight = 0.2;

    /// <summary>Averages over about 500 measurements, which take 10 s.</summary>
    private const double UsualDelayWeight = 0.002;

    private const int MaxDelayInTargets = 4;

    private readonly int _floor = Math.Min(Floor, max);
    private double _current = max;
    private TimeSpan _usualDelay;

    /// <summary>How many tasks may be running now.</summary>
    public int Current => (int)_current;

    /// <summary>The average of the last measurements.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>The average delay from which the limit shrinks.</summary>
    public TimeSpan Target => TargetFactor * _usualDelay > minTarget ? TargetFactor * _usualDelay : minTarget;

    /// <summary>Adapts the limit to a measurement. Expects about 50 measurements a second.</summary>
    /// <param name="running">The highest number of running tasks since the last measurement.</param>
    public void Update(TimeSpan delay, int running)
    {
        var target = Target;
        var bounded = delay < MaxDelayInTargets * target ? delay : MaxDelayInTargets * target;
        Delay += (bounded - Delay) * DelayWeight;

        // Fewer tasks would say little about the delay under load, and more may already be an overload.
        if (running is >= UsualLoad / 2 and <= UsualLoad)
        {
            _usualDelay += (bounded - _usualDelay) * UsualDelayWeight;
        }

        _current = Delay >= target
            ? Math.Max(_floor, Math.Min(_current, running) * Decrease)
            : Math.Min(max, _current * Increase);
    }
}
