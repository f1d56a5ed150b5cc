namespace Raida.Client;

/// <summary>The running counts behind <see cref="ServerCounters"/>. Guarded by the channel's lock.</summary>
internal sealed class ChannelCounters
{
    public long Sent { get; set; }

    public long Answered { get; set; }

    public long NoReply { get; set; }

    public long Refused { get; set; }

    public long Dropped { get; set; }

    public long NotSent { get; set; }

    public long Cancelled { get; set; }

    public long Unmatched { get; set; }

    public long Forged { get; set; }

    public long Malformed { get; set; }

    public long HeaderErrors { get; set; }

    public long Connections { get; set; }

    public void Count(ReplyOutcome outcome)
    {
        switch (outcome)
        {
            case ReplyOutcome.Answered:
                Answered++;
                break;
            case ReplyOutcome.NoReply:
                NoReply++;
                break;
            case ReplyOutcome.Refused:
                Refused++;
                break;
            case ReplyOutcome.Dropped:
                Dropped++;
                break;
            default:
                NotSent++;
                break;
        }
    }

    public ServerCounters ToSnapshot() => new(
        Sent,
        Answered,
        NoReply,
        Refused,
        Dropped,
        NotSent,
        Cancelled,
        Unmatched,
        Forged,
        Malformed,
        HeaderErrors,
        Connections);
}
