namespace Raida.Servers;

/// <summary>
/// Whether a server is asked: not after a number of consecutive failures, until it has replied again. A reply with any status counts as
/// one; what was not sent says nothing about the server. Guarded by the lock of its monitor.
/// </summary>
/// <remarks>
/// Failures of requests that were in flight together all count, so one wave of a detect can take a server down: each of them was
/// retransmitted several times, and tried over TCP, before it counted, and an unresponsive server would cost the task a timeout for every
/// further wave. Where only the network failed for a moment, the probe finds the server a second later.
/// </remarks>
/// <param name="failuresUntilDown">At least 1.</param>
internal sealed class ServerHealth(int failuresUntilDown, TimeProvider timeProvider)
{
    public ServerState State { get; private set; } = ServerState.Unknown;

    public bool IsDown => State == ServerState.Down;

    /// <summary>The number of failures since the last reply.</summary>
    public int ConsecutiveFailures { get; private set; }

    /// <summary>The time of the last reply; null before the first.</summary>
    public DateTimeOffset? LastReply { get; private set; }

    /// <summary>Records the outcome of a request.</summary>
    /// <returns>Whether the server has gone down or come back by it.</returns>
    public bool Record(ReplyOutcome outcome)
    {
        var wasDown = IsDown;
        switch (outcome)
        {
            case ReplyOutcome.Answered:
                ConsecutiveFailures = 0;
                LastReply = timeProvider.GetUtcNow();
                State = ServerState.Up;
                break;
            case ReplyOutcome.NotSent or ReplyOutcome.ServerDown or ReplyOutcome.Contradictory:
                break;
            default:
                ConsecutiveFailures++;
                State = ConsecutiveFailures >= failuresUntilDown ? ServerState.Down : State;
                break;
        }

        return IsDown != wasDown;
    }
}
