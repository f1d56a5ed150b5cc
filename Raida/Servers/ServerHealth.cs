namespace Raida.Servers;

/// <summary>
/// Tracks whether a server is up. It goes down after a number of consecutive failures, and comes back with the next reply of any status.
/// Unsent requests do not count. Guarded by the lock of its monitor.
/// </summary>
/// <remarks>
/// Failures of requests that were in flight together all count, so one detect can mark a server down. That is intended: a request that
/// times out has been retransmitted and tried over TCP, and each further batch would cost another timeout. If the network failed only
/// briefly, the probe marks the server up about a second later.
/// </remarks>
internal sealed class ServerHealth(int failuresUntilDown, TimeProvider timeProvider)
{
    public ServerState State { get; private set; } = ServerState.Unknown;

    public bool IsDown => State == ServerState.Down;

    public int ConsecutiveFailures { get; private set; }

    public DateTimeOffset? LastReply { get; private set; }

    /// <summary>Records the outcome of a request. Returns the new state if the server went down or came back.</summary>
    public ServerState? Record(ReplyOutcome outcome)
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

        return IsDown == wasDown ? null : State;
    }
}
