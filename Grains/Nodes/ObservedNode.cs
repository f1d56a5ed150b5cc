using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>What this silo has seen of one server, and what follows: whether it is asked, and how long it is waited for.</summary>
internal sealed class ObservedNode(NodeOptions options, TimeProvider timeProvider)
{
    /// <summary>The longest published deadlines; the configured ones are within them.</summary>
    private static readonly TimeSpan LongestEchoDeadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestDetectDeadline = TimeSpan.FromSeconds(6);

    private readonly AdaptiveDeadline _echo = new(options.EchoDeadline, LongestEchoDeadline);
    private readonly AdaptiveDeadline _detect = new(options.DetectDeadline, LongestDetectDeadline);
    private NodeCounts _counts = new(0, 0, 0, 0, 0);

    /// <summary>Whether it is asked.</summary>
    public NodeHealth Health { get; } = new(options.FailuresUntilSkipped, timeProvider);

    /// <summary>Why it is not asked when it is down, in words.</summary>
    public string WhySkipped => options.FailuresUntilSkipped == 1
        ? "not asked, as its last request failed"
        : $"not asked, as its last {options.FailuresUntilSkipped} requests failed";

    /// <summary>How the next echo is to be timed.</summary>
    public RequestTiming EchoTiming => _echo.GetTiming();

    /// <summary>How the next detect is to be timed.</summary>
    public RequestTiming DetectTiming => _detect.GetTiming();

    /// <summary>Takes note of how an echo ended.</summary>
    /// <param name="reply">How it ended.</param>
    /// <param name="timing">How it was timed.</param>
    /// <returns>Whether the server has gone down or come back by it.</returns>
    public bool CountEcho(RaidaReply reply, RequestTiming timing)
    {
        _echo.Count(reply, timing);
        return Count(reply.Outcome);
    }

    /// <summary>Takes note of how a detect ended.</summary>
    /// <param name="reply">How it ended.</param>
    /// <param name="timing">How it was timed.</param>
    /// <param name="coins">How many coins it was about.</param>
    /// <returns>Whether the server has gone down or come back by it.</returns>
    public bool CountDetect(RaidaReply reply, RequestTiming timing, int coins)
    {
        if (coins <= DetectPayload.MaxCoinsPerDatagram)
        {
            _detect.Count(reply, timing);
            return Count(reply.Outcome);
        }

        // More go over TCP, with deadlines of its own: how long that took says nothing of a datagram's answer. Nor does its failure say that
        // the server is down, as long as datagrams, which follow it, have not failed as well.
        CountOutcome(reply.Outcome);
        return reply.Outcome is ReplyOutcome.Answered or ReplyOutcome.Contradictory && Health.Count(reply.Outcome);
    }

    /// <summary>
    /// Takes note of how a probe ended. It counts for the server's health alone: nobody's work waited for it, and how long a server took
    /// that was just coming back is not what it usually takes.
    /// </summary>
    /// <param name="outcome">How it ended.</param>
    /// <returns>Whether the server has come back by it.</returns>
    public bool CountProbe(ReplyOutcome outcome) => Health.Count(outcome);

    /// <summary>Takes note of a request that was not made because the server is down.</summary>
    /// <returns>Why, in words.</returns>
    public string CountSkipped()
    {
        _counts = _counts with { NotAsked = _counts.NotAsked + 1 };
        return WhySkipped;
    }

    /// <summary>Tells all of it.</summary>
    /// <param name="raida">The server's number.</param>
    /// <param name="address">Where it is asked.</param>
    /// <returns>What is known now.</returns>
    public NodeReport ToReport(int raida, string address) => new(
        raida,
        address,
        Health.State,
        _counts,
        Health.LastHeard?.ToUnixTimeSeconds(),
        Health.FailuresInARow,
        (int)_echo.Deadline.TotalMilliseconds,
        (int)_detect.Deadline.TotalMilliseconds,
        [.. _echo.History.Sorted.Concat(_detect.History.Sorted).Select(latency => (int)latency.TotalMicroseconds)]);

    private bool Count(ReplyOutcome outcome)
    {
        CountOutcome(outcome);
        return Health.Count(outcome);
    }

    private void CountOutcome(ReplyOutcome outcome) =>
        _counts = outcome switch
        {
            ReplyOutcome.Answered or ReplyOutcome.Contradictory => _counts with { Answered = _counts.Answered + 1 },
            ReplyOutcome.NoReply => _counts with { NoReply = _counts.NoReply + 1 },
            ReplyOutcome.Refused => _counts with { Refused = _counts.Refused + 1 },
            ReplyOutcome.Dropped => _counts with { Dropped = _counts.Dropped + 1 },
            _ => _counts with { NotAsked = _counts.NotAsked + 1 },
        };
}
