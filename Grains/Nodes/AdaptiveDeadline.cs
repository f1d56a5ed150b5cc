using Raida.Client;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// How long one server is waited for with one kind of request, by what it did before: never less than the configured deadline, so that no
/// server is discarded because others, or it itself, used to be faster, and never more than the longest published one.
/// </summary>
/// <param name="shortest">The configured deadline.</param>
/// <param name="longest">The longest deadline, at least the shortest.</param>
internal sealed class AdaptiveDeadline(TimeSpan shortest, TimeSpan longest)
{
    /// <summary>What is published for an echo that had no answer, and then for a detect: 2 s, then 3; 3 s, then 4.5.</summary>
    private const double Growth = 1.5;

    /// <summary>A server may for once take twice as long as for the slowest of 100 answers.</summary>
    private const int DeadlinePerSlowest = 2;

    /// <summary>
    /// After how many usual latencies an answer counts as lost. By the median: where datagrams are lost the high percentiles hold waits for
    /// repeats, so that a pace made of them would slow itself down with every loss.
    /// </summary>
    private const int RepeatPerMedian = 4;

    /// <summary>How many answers tell what is usual.</summary>
    private const int EnoughAnswers = 5;

    /// <summary>How many answers tell a slow server from lost datagrams: where half are lost, all but one of 20 hardly ever are.</summary>
    private const int EnoughAnswersToBeSlow = 20;

    /// <summary>With the first repeat after a tenth of the deadline, and each wait twice the one before, there are at least three.</summary>
    private const int FirstWaitsPerDeadline = 10;

    /// <summary>There are two, however slow the server.</summary>
    private const int FirstWaitsPerDeadlineOfSlow = 4;

    /// <summary>A busy machine keeps either side from running for so long; a repeat then would only add to what both have to do.</summary>
    private static readonly TimeSpan ShortestRepeat = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _shortest = shortest;
    private TimeSpan _afterTimeouts = shortest;

    /// <summary>The answers' latencies.</summary>
    public LatencyHistory History { get; } = new();

    /// <summary>How long the next request is to be waited for.</summary>
    public TimeSpan Deadline
    {
        get
        {
            var bySlowest = History.Count == 0 ? TimeSpan.Zero : DeadlinePerSlowest * History.GetPercentile(99);
            return Min(Max(_afterTimeouts, bySlowest), longest);
        }
    }

    /// <summary>How the next request is to be timed.</summary>
    /// <returns>Its deadline and its first repeat.</returns>
    public RequestTiming GetTiming()
    {
        var deadline = Deadline;
        return new RequestTiming(deadline, GetRepeatAfter(deadline));
    }

    /// <summary>Takes note of how a request ended.</summary>
    /// <param name="reply">How it ended.</param>
    /// <param name="timing">How it was timed.</param>
    public void Count(RaidaReply reply, RequestTiming timing)
    {
        if (reply.Outcome == ReplyOutcome.Answered)
        {
            History.Add(reply.Latency);
            _afterTimeouts = _shortest;
        }
        else if (reply.Outcome == ReplyOutcome.NoReply && timing.Deadline >= Deadline)
        {
            // Requests that were sent together and time out together are one timeout: the others had a deadline that is no longer in use,
            // and say nothing of the one that is.
            _afterTimeouts = Min(_afterTimeouts * Growth, longest);
        }
    }

    private TimeSpan GetRepeatAfter(TimeSpan deadline)
    {
        // Of the configured deadline, not of the present one: that grows with the waits for repeats.
        var most = _shortest / FirstWaitsPerDeadline;
        if (History.Count < EnoughAnswers)
        {
            return most;
        }

        if (History.Count >= EnoughAnswersToBeSlow)
        {
            // A server whose fastest answers take longer than half of that is slow, and its answers are not lost: at this pace it would be
            // asked everything twice.
            most = Max(most, Min(2 * History.GetPercentile(10), deadline / FirstWaitsPerDeadlineOfSlow));
        }

        return Min(Max(RepeatPerMedian * History.GetPercentile(50), ShortestRepeat), most);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
