namespace Raida.Client;

/// <summary>How long a request is waited for, and how it is tried again meanwhile.</summary>
/// <param name="Deadline">
/// How long to wait for the answer once the request is sent: above 0, at most one hour. The wait for its turn comes before that.
/// </param>
/// <param name="RepeatAfter">
/// After which time without an answer a datagram is sent again, above 0; each further repeat waits twice as long as the one before.
/// </param>
public readonly record struct RequestTiming(TimeSpan Deadline, TimeSpan RepeatAfter)
{
    /// <summary>How many times within the deadline a server of which nothing is known is asked again: the first wait is a tenth.</summary>
    private const int FirstWaitsPerDeadline = 10;

    /// <summary>The timing for a server of which nothing is known.</summary>
    /// <param name="deadline">How long to wait for the answer.</param>
    /// <returns>A first repeat after a tenth of the deadline.</returns>
    public static RequestTiming Of(TimeSpan deadline) => new(deadline, deadline / FirstWaitsPerDeadline);
}
