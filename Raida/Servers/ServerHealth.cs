namespace Raida.Servers;

/// <summary>
/// Tracks whether a server is up. It goes down after a number of consecutive failures, and comes back with the next reply of any status. It
/// also goes down after as many consecutive contradictions or unproven errors; as each of them consists of replies, only a probe then brings it
/// back. A probe cannot find out whether they have ended, so it does not reset their count: one more takes the server down again. Unsent
/// requests do not count. Guarded by the lock of its monitor.
/// </summary>
/// <remarks>
/// Failures of requests that were in flight together all count, so one detect can mark a server down. That is intended: a request that
/// times out has been retransmitted and tried over TCP, and each further batch would cost another timeout. If the network failed only
/// briefly, the probe marks the server up about a second later.
/// </remarks>
internal sealed class ServerHealth(int failuresUntilDown, TimeProvider timeProvider)
{
    private int _consecutiveUntrusted;

    private bool IsUntrusted => _consecutiveUntrusted >= failuresUntilDown;

    public ServerState State { get; private set; } = ServerState.Unknown;

    public bool IsDown => State == ServerState.Down;

    public int ConsecutiveFailures { get; private set; }

    public DateTimeOffset? LastReply { get; private set; }

    /// <summary>Records the outcome of a request. Returns the new state if the server went down or came back.</summary>
    /// <param name="isProbe">Only a probe brings a server back that went down for what it replied.</param>
    public ServerState? Record(ReplyOutcome outcome, bool isProbe = false)
    {
        var wasDown = IsDown;
        switch (outcome)
        {
            case ReplyOutcome.Answered:
                ConsecutiveFailures = 0;
                LastReply = timeProvider.GetUtcNow();
                State = IsDown && IsUntrusted && !isProbe ? ServerState.Down : ServerState.Up;
                break;
            case ReplyOutcome.NotSent or ReplyOutcome.ServerDown or ReplyOutcome.Contradictory:
                break;
            default:
                ConsecutiveFailures++;
                State = ConsecutiveFailures >= failuresUntilDown ? ServerState.Down : State;
                break;
        }

        return IsDown == wasDown ? null : State;
    }

    /// <summary>Records the reply that counts for some coins, after <see cref="Record"/>. Returns the new state if the server went down.</summary>
    public ServerState? RecordConfirmation(RaidaReply reply)
    {
        if (reply.Outcome == ReplyOutcome.Contradictory || reply.IsUnproven)
        {
            _consecutiveUntrusted++;
            if (IsUntrusted && !IsDown)
            {
                return State = ServerState.Down;
            }
        }
        else if (reply.Outcome == ReplyOutcome.Answered)
        {
            _consecutiveUntrusted = 0;
        }

        return null;
    }
}
