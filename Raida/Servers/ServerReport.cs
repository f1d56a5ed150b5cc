namespace Raida.Servers;

/// <summary>Whether a server is asked.</summary>
public enum ServerState
{
    /// <summary>It has neither replied nor been found unresponsive yet.</summary>
    Unknown,

    /// <summary>It has replied, and is asked.</summary>
    Up,

    /// <summary>Several requests failed in a row; it is not asked until a probe gets a reply.</summary>
    Down,
}

/// <summary>What a client has observed of one server since it was created.</summary>
/// <param name="Answered">Requests with a reply of any status.</param>
/// <param name="Refused">Requests to an address where nobody listened.</param>
/// <param name="Dropped">Requests that failed by a network error on this side.</param>
/// <param name="NotSent">Requests that were not sent, because the server was down or its queue full.</param>
/// <param name="LastReply">The time of the last reply; null before the first.</param>
/// <param name="ConsecutiveFailures">Failures since the last reply.</param>
/// <param name="Latencies">The newest latencies: up to 128 echoes and 128 detect datagrams, in no order.</param>
public sealed record ServerReport(
    ServerState State,
    long Answered,
    long NoReply,
    long Refused,
    long Dropped,
    long NotSent,
    DateTimeOffset? LastReply,
    int ConsecutiveFailures,
    IReadOnlyList<TimeSpan> Latencies);
