using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Says in words why a server gave no verdict.</summary>
internal static class NodeFailure
{
    /// <summary>Describes how a request failed.</summary>
    /// <param name="reply">How it ended.</param>
    /// <returns>Null when the server did what it was asked.</returns>
    public static string? Describe(RaidaReply reply) => reply.Outcome switch
    {
        _ when reply.IsSuccess => null,
        ReplyOutcome.Contradictory => "answered otherwise each time that it was asked",
        ReplyOutcome.Answered => $"answered {reply.Status.Describe()}",
        ReplyOutcome.NoReply when reply.Deadline == TimeSpan.Zero => "no reply before the connection was lost",
        ReplyOutcome.NoReply => $"no reply within {reply.Deadline.TotalMilliseconds:0} ms",
        ReplyOutcome.Refused => "refused the connection",
        ReplyOutcome.Dropped => "not reached for a network error on this side",
        _ => "not asked, for too many requests waited for it",
    };
}
