namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// How long servers are waited for, and when they are not asked any more: section <c>Raida</c> of the configuration. A value outside its
/// range keeps the host from starting.
/// </summary>
public sealed class NodeOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Raida";

    /// <summary>
    /// How long an echo waits for its answer; 2 s by default, the published timeout; 10 ms to 5 s, the longest published. A server that
    /// takes long, or did not answer, is waited for longer, up to 5 s.
    /// </summary>
    public TimeSpan EchoDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a detect waits for its answer; 3 s by default, the published timeout; 10 ms to 6 s, the longest published. A server that
    /// takes long, or did not answer, is waited for longer, up to 6 s.
    /// </summary>
    public TimeSpan DetectDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// After how many failures in a row a server is not asked any more, until a probe has found it again; 3 by default, 1 to 1,000.
    /// </summary>
    public int FailuresUntilSkipped { get; set; } = 3;
}
