namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// The time of day for stored tasks, which other processes read, and for Orleans. The system clock may be set back or forward at any time, and
/// no task may expire because of that.
/// </summary>
/// <param name="timeProvider">The system's clock.</param>
public sealed class TaskClock(TimeProvider timeProvider)
{
    /// <summary>The system's time when the process started, and the time that has passed since: it never steps.</summary>
    public TimeProvider Steady { get; } = new SteadyTimeProvider(timeProvider);

    /// <summary>The time to store. Not before the true one where the clock was set back.</summary>
    public DateTimeOffset TimeToStore => Max(timeProvider.GetUtcNow(), Steady.GetUtcNow());

    /// <summary>The time that decides what has expired. Not after the true one where the clock was set forward.</summary>
    public DateTimeOffset TimeOfExpiry => Min(timeProvider.GetUtcNow(), Steady.GetUtcNow());

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed class SteadyTimeProvider(TimeProvider system) : TimeProvider
    {
        private readonly DateTimeOffset _startedAt = system.GetUtcNow();
        private readonly long _startedTimestamp = system.GetTimestamp();

        public override long TimestampFrequency => system.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _startedAt + system.GetElapsedTime(_startedTimestamp);

        public override long GetTimestamp() => system.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            system.CreateTimer(callback, state, dueTime, period);
    }
}
