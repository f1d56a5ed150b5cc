namespace OrleansTasks.Gateway.Tasks;

/// <summary>
/// Rejects starts of one kind in the gateway while silos reject more than half of them. To find out that it cannot run more tasks, a silo creates a
/// grain and reads storage; under five times its capacity, that leaves little time for the tasks that it accepts. About twice as many starts reach
/// the silos as they accept. (Client-side throttling: Site Reliability Engineering, chapter 21.)
/// </summary>
internal sealed partial class StartThrottle(TimeProvider timeProvider, ILogger<StartThrottle> logger)
{
    private const int StartsPerAccepted = 2;

    /// <summary>So few rejections cost little, and do not indicate overload.</summary>
    private const int RejectionsAllowed = 32;

    /// <summary>Counts expire after one to two of these.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _periodBeganAt = timeProvider.GetTimestamp();
    private long? _loggedAt;
    private Counts _before;
    private Counts _now;

    /// <summary>
    /// Whether a start may reach the silos. It counts as accepted unless <see cref="CountRejection"/> is called: a start that fails for another
    /// reason does not indicate overload.
    /// </summary>
    /// <param name="random">A random number from 0 to 1.</param>
    public bool TryAdmit(double random)
    {
        lock (_gate)
        {
            ExpireLocked();
            var (starts, accepted) = (_before.Starts + _now.Starts, _before.Accepted + _now.Accepted);
            _now.Starts++;
            if (random * (starts + 1) >= starts - (StartsPerAccepted * accepted) - RejectionsAllowed)
            {
                _now.Accepted++;
                return true;
            }

            if (_loggedAt is not { } last || timeProvider.GetElapsedTime(last) >= LogInterval)
            {
                _loggedAt = timeProvider.GetTimestamp();
                LogRejecting();
            }

            return false;
        }
    }

    /// <summary>Records that a silo rejected an admitted start because too many tasks are running.</summary>
    public void CountRejection()
    {
        lock (_gate)
        {
            ExpireLocked();
            _now.Accepted--;
        }
    }

    private void ExpireLocked()
    {
        var elapsed = timeProvider.GetElapsedTime(_periodBeganAt);
        if (elapsed >= Period)
        {
            _before = elapsed < 2 * Period ? _now : default;
            _now = default;
            _periodBeganAt = timeProvider.GetTimestamp();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silos reject more than half of all starts; this gateway rejects some of them itself.")]
    private partial void LogRejecting();

    private struct Counts
    {
        public long Starts;
        public long Accepted;
    }
}
