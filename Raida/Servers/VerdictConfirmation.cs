using Raida.Protocol;

namespace Raida.Servers;

/// <summary>
/// Decides when a detect's reply counts. Neither the coins in a request nor the verdicts in a reply are signed, so a bit that the network
/// flips, and no checksum finds, may change a coin's verdict. No flipped bit produces the reply "all authentic", which counts at once;
/// anything else counts when two replies are equal.
/// </summary>
internal sealed class VerdictConfirmation
{
    /// <summary>
    /// The maximum number of requests about the same coins. With bit flips in 1 % of the datagrams, about one in 30,000 detects has three damaged
    /// exchanges of four, and no two equal replies.
    /// </summary>
    public const int MaxReplies = 4;

    private readonly List<RaidaReply> _replies = [];

    /// <summary>Takes the next reply.</summary>
    /// <returns>The reply that counts; null while another request is needed.</returns>
    public RaidaReply? Take(RaidaReply reply)
    {
        // Equal replies would have counted, so those that came differ. Silence after a single one leaves open whether it was damaged.
        if (reply.Outcome == ReplyOutcome.NoReply && _replies.Count > 1)
        {
            return reply with { Outcome = ReplyOutcome.Contradictory };
        }

        if (reply.Outcome != ReplyOutcome.Answered
            || reply.Status == ResponseStatus.AllPass
            || reply.IsFinal
            || _replies.Any(earlier => AreEqual(earlier, reply)))
        {
            return reply;
        }

        _replies.Add(reply);
        return _replies.Count < MaxReplies ? null : reply with { Outcome = ReplyOutcome.Contradictory };
    }

    /// <summary>Only the body of a mixed reply has a meaning.</summary>
    private static bool AreEqual(RaidaReply one, RaidaReply other) =>
        one.Status == other.Status && (one.Status != ResponseStatus.Mixed || one.Body.Span.SequenceEqual(other.Body.Span));
}
