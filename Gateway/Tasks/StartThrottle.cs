namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// Refuses starts of one kind here when silos refuse more than half of them. To find out that it may run no more tasks costs a silo a read
/// from storage, and under five times its load that alone would be more than it can do. So about twice as many starts reach the silos as
/// they take, the rest is refused for less than it costs to answer. (Client-side throttling: Site Reliability Engineering, chapter 21.)
/// </summary>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Is told, now and then, that starts are refused here.</param>
internal sealed partial class StartThrottle(TimeProvider timeProvider, ILogger<StartThrottle> logger)
{
    /// <summary>How many starts may reach the silos for each that they take.</summary>
    private const int StartsPerTaken = 2;

    /// <summary>Few refusals cost little, and say little.</summary>
    private const int RefusalsAllowed = 32;

    /// <summary>What is counted is forgotten after one to two of these.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();
    private long _periodBeganAt = timeProvider.GetTimestamp();
    private long? _loggedAt;
    private Counts _before;
    private Counts _now;

    /// <summary>
    /// Whether a start may reach the silos. It counts as accepted unless <see cref="CountRefusal"/> is called: a start that fails for another
    /// reason does not indicate overload.
    /// </summary>
    /// <param name="random">A random number from 0 to 1.</param>
    public bool TryAdmit(double random)
    {
        bool tells;
        lock (_gate)
        {
            ForgetLocked();
            var (starts, taken) = (_before.Starts + _now.Starts, _before.Taken + _now.Taken);
            _now.Starts++;
            if (random * (starts + 1) >= starts - (StartsPerTaken * taken) - RefusalsAllowed)
            {
                _now.Taken++;
                return true;
            }

            tells = _loggedAt is not { } last || timeProvider.GetElapsedTime(last) >= LogInterval;
            _loggedAt = tells ? timeProvider.GetTimestamp() : _loggedAt;
        }

        if (tells)
        {
            LogRefusing();
        }

        return false;
    }

    /// <summary>Takes note that a silo refused a start for having too much to do.</summary>
    public void CountRefusal()
    {
        lock (_gate)
        {
            ForgetLocked();
            _now.Taken--;
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

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Silos refuse more than half of all starts, as they have too much to do (their logs say what): some are refused here.")]
    private partial void LogRefusing();

    private struct Counts
    {
        public long Starts;
        public long Taken;
    }
}
