using Raida.Protocol;

namespace Raida.Servers;

/// <summary>
/// How long a server may still take for some coins: for confirmation, bisection and TCP together. The time in the queue does not count. Used by
/// one request at a time.
/// </summary>
internal sealed class TimeLimit(TimeSpan limit)
{
    private TimeSpan _spent;

    public TimeSpan Left => limit - _spent;

    public void Spend(TimeSpan time) => _spent += time;

    /// <summary>A limit of its own for one half of the coins.</summary>
    public TimeLimit Copy() => new(limit) { _spent = _spent };

    /// <summary>The reply when the limit is exceeded.</summary>
    public RaidaReply CreateReply(RaidaCommand command) => new()
    {
        Command = command,
        Outcome = ReplyOutcome.NoReply,
        Timeout = limit,
        Latency = limit,
    };
}
