namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// Refuses starts here when silos refuse more than half of them. To find out that it may run no more tasks costs a silo a read from storage,
/// and under five times its load that alone would be more than it can do. So about twice as many starts reach the silos as they take, the
/// rest is refused for less than it costs to answer. (Client-side throttling, Site Reliability Engineering, chapter 21.)
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class StartThrottle(TimeProvider timeProvider)
{
    /// <summary>How many starts may reach the silos for each that they take.</summary>
    private const int StartsPerTaken = 2;

    /// <summary>Few refusals cost little, and say little.</summary>
    private const int RefusalsAllowed = 32;

    /// <summary>What is counted is forgotten after one to two of these: then all is as before.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private long _periodBeganAt = timeProvider.GetTimestamp();
    private Counts _before;
    private Counts _now;

    /// <summary>Whether a start may reach the silos. Who is let reports with <see cref="Count"/> what they said, if it came to that.</summary>
    /// <param name="chance">A random number from 0 to 1.</param>
    /// <returns>False when it is to be refused at once.</returns>
    public bool Lets(double chance)
    {
        lock (_gate)
        {
            ForgetLocked();
            var (starts, taken) = (_before.Starts + _now.Starts, _before.Taken + _now.Taken);
            var isLet = chance * (starts + 1) >= starts - (StartsPerTaken * taken) - RefusalsAllowed;
            _now.Starts += isLet ? 0 : 1;
            return isLet;
        }
    }

    /// <summary>Takes note of a start that reached the silos.</summary>
    /// <param name="isTaken">Whether they did anything else than refuse it for having too much to do.</param>
    public void Count(bool isTaken)
    {
        lock (_gate)
        {
            ForgetLocked();
            _now.Starts++;
            _now.Taken += isTaken ? 1 : 0;
        }
    }

    private void ForgetLocked()
    {
        var elapsed = timeProvider.GetElapsedTime(_periodBeganAt);
        if (elapsed >= Period)
        {
            _before = elapsed < 2 * Period ? _now : default;
            _now = default;
            _periodBeganAt = timeProvider.GetTimestamp();
        }
    }

    private struct Counts
    {
        public long Starts;
        public long Taken;
    }
}
