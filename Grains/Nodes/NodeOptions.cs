namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// How long servers are waited for: section <c>Raida</c> of the configuration. A value outside its range keeps the host from starting.
/// </summary>
public sealed class NodeOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Raida";

    /// <summary>How long an echo waits for its answer; 2 s by default, the published timeout; 10 ms to 5 s, the longest published.</summary>
    public TimeSpan EchoDeadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a detect waits for its answer; 3 s by default, the published timeout; 10 ms to 6 s, the longest published.</summary>
    public TimeSpan DetectDeadline { get; set; } = TimeSpan.FromSeconds(3);
}
