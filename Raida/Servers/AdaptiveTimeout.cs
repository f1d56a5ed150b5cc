using Raida.Udp;

namespace Raida.Servers;

/// <summary>
/// The timeout and the retransmission delay of one kind of request to one server, from its own latency history. Never below the configured
/// timeout, so that no server is discarded because it or others used to be faster, and never above the longest published one.
/// </summary>
/// <param name="longest">The longest timeout, unless the configured one is longer.</param>
internal sealed class AdaptiveTimeout(TimeSpan configured, TimeSpan longest)
{
    /// <summary>The published steps after a timeout: 2 s, then 3 for an echo; 3 s, then 4.5 for a detect.</summary>
    private const double Growth = 1.5;

    /// <summary>Tolerates a reply that takes twice the 99th percentile.</summary>
    private const int TimeoutPerSlowest = 2;

    /// <summary>
    /// After how many median latencies a reply counts as lost. With datagram loss the high percentiles contain waits for retransmissions, so
    /// a delay derived from them would grow with every loss.
    /// </summary>
    private const int RetransmitPerMedian = 4;

    /// <summary>How many replies show the usual latency.</summary>
    private const int EnoughReplies = 5;

    /// <summary>How many replies distinguish a slow server from datagram loss: at 50 % loss, hardly ever are 19 of 20 replies late.</summary>
    private const int EnoughRepliesToBeSlow = 20;

    /// <summary>First at a tenth of the timeout, and each delay twice the one before: at least three retransmissions.</summary>
    private const int FirstDelaysPerTimeout = 10;

    /// <summary>At least two retransmissions, however slow the server.</summary>
    private const int FirstDelaysPerTimeoutOfSlow = 4;

    /// <summary>A busy machine keeps either side from running this long; a retransmission would only add to the load.</summary>
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _configured = configured;
    private readonly TimeSpan _longest = Max(configured, longest);
    private TimeSpan _afterTimeouts = configured;

    public LatencyHistory History { get; } = new();

    /// <summary>How long the next request waits for its reply.</summary>
    public TimeSpan Timeout
    {
        get
        {
            var bySlowest = History.Count == 0 ? TimeSpan.Zero : TimeoutPerSlowest * History.GetPercentile(99);
            return Min(Max(_afterTimeouts, bySlowest), _longest);
        }
    }

    public RequestTiming GetTiming()
    {
        var timeout = Timeout;
        return new RequestTiming(timeout, GetRetransmitAfter(timeout));
    }

    public void Record(RaidaReply reply, RequestTiming timing)
    {
        if (reply.Outcome == ReplyOutcome.Answered)
        {
            // A latency over TCP includes the wait for datagrams.
            if (!reply.IsOverTcp)
            {
                History.Add(reply.Latency);
            }

            _afterTimeouts = _configured;
        }
        else if (reply.Outcome == ReplyOutcome.NoReply && timing.Timeout >= Timeout)
        {
            // Requests that were in flight together and time out together count as one timeout: after the first one, the timing of the
            // others is out of date.
            _afterTimeouts = Min(_afterTimeouts * Growth, _longest);
        }
    }

    private TimeSpan GetRetransmitAfter(TimeSpan timeout)
    {
        // Of the configured timeout, not of the current one, which grows with the waits for retransmissions.
        var most = _configured / FirstDelaysPerTimeout;
        if (History.Count < EnoughReplies)
        {
            return most;
        }

        if (History.Count >= EnoughRepliesToBeSlow)
        {
            // A server whose fastest replies take longer than half of that is slow, and its replies are not lost: with this delay it would get
            // every request twice.
            most = Max(most, Min(2 * History.GetPercentile(10), timeout / FirstDelaysPerTimeoutOfSlow));
        }

        return Min(Max(RetransmitPerMedian * History.GetPercentile(50), ShortestDelay), most);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
