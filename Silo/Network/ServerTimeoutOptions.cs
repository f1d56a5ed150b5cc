namespace OrleansTasks.Silo.Network;

/// <summary>
/// How long servers are waited for, and when they count as down: section <c>Raida</c> of the configuration. A value out of range keeps the
/// host from starting.
/// </summary>
internal sealed class ServerTimeoutOptions
{
    /// <summary>
    /// How long an echo waits for its reply; 2 s by default, the published timeout; 10 ms to 5 s, the longest published. A slow or
    /// unresponsive server is waited for longer, up to 5 s.
    /// </summary>
    public TimeSpan EchoDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long each datagram of a detect waits for its reply; 3 s by default, the published timeout; 10 ms to 6 s, the longest published.
    /// A slow or unresponsive server is waited for longer, up to 6 s.
    /// </summary>
    public TimeSpan DetectDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// After how many consecutive failures a server is not asked until a probe gets a reply; 3 by default, 1 to 1,000.
    /// </summary>
    public int FailuresUntilSkipped { get; set; } = 3;
}
