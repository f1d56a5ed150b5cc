using Raida.Udp;

namespace Raida.Servers;

/// <summary>
/// The timeout and the retransmission delay of one kind of request to one server, from its latency history. The timeout is never below the
/// configured one, so that a server that used to be faster is not abandoned early, and never above <paramref name="longest"/>.
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

    /// <summary>How many replies distinguish a slow server from datagram loss: at 50 % loss, 19 late replies of 20 are very rare.</summary>
    private const int EnoughRepliesToBeSlow = 20;

    /// <summary>First at a tenth of the timeout, and each delay twice the one before: at least three retransmissions.</summary>
    private const int FirstDelaysPerTimeout = 10;

    /// <summary>At least two retransmissions, however slow the server.</summary>
    private const int FirstDelaysPerTimeoutOfSlow = 4;

    /// <summary>A busy machine keeps either side from running this long; a retransmission would only add to the load.</summary>
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _configured = configured;
    private TimeSpan _afterTimeouts = configured;

    public LatencyHistory History { get; } = new();

    public TimeSpan Longest { get; } = Max(configured, longest);

    /// <summary>How long the next request waits for its reply.</summary>
    public TimeSpan Timeout
    {
        get
        {
            var bySlowest = History.Count == 0 ? TimeSpan.Zero : TimeoutPerSlowest * History.GetPercentile(99);
            return Min(Max(_afterTimeouts, bySlowest), Longest);
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
            _afterTimeouts = Min(_afterTimeouts * Growth, Longest);
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
            // Loss hardly raises the tenth percentile. If it exceeds half the cap, the server is slow, and the cap would cause needless
            // retransmissions.
            most = Max(most, Min(2 * History.GetPercentile(10), timeout / FirstDelaysPerTimeoutOfSlow));
        }

        return Min(Max(RetransmitPerMedian * History.GetPercentile(50), ShortestDelay), most);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
