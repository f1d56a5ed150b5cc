using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>Outcomes of single requests.</summary>
internal static class Replies
{
    public static RaidaReply Answered(double milliseconds, ResponseStatus status = ResponseStatus.Success) => new()
    {
        Command = RaidaCommand.Echo,
        Outcome = ReplyOutcome.Answered,
        Status = status,
        Latency = TimeSpan.FromMilliseconds(milliseconds),
    };

    public static RaidaReply Failed(ReplyOutcome outcome, TimeSpan after = default) => new()
    {
        Command = RaidaCommand.Echo,
        Outcome = outcome,
        Latency = after,
        Timeout = after,
    };
}
