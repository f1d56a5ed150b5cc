using Raida.Client;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Whether a server is asked: not after so many failures in a row, until it has answered again. An answer with any status is one; what was
/// not sent says nothing of the server.
/// </summary>
/// <remarks>
/// Failures of requests that were sent together all count, so that one wave of a detect can take a server down: each of them was
/// repeated several times, over TCP too, before it counted, and a server that heard nothing of all that would cost the task a deadline for
/// every further wave. Where it was the way that failed for a moment, the probe finds the server a second later.
/// </remarks>
/// <param name="failuresUntilSkipped">At least 1.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class NodeHealth(int failuresUntilSkipped, TimeProvider timeProvider)
{
    /// <summary>What is known of it.</summary>
    public NodeState State { get; private set; } = NodeState.Unknown;

    /// <summary>Whether it is not to be asked now.</summary>
    public bool IsDown => State == NodeState.Down;

    /// <summary>How many requests failed since its last answer.</summary>
    public int FailuresInARow { get; private set; }

    /// <summary>When its last answer came; null before the first.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>Takes note of how a request ended.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <returns>Whether the server has gone down or come back by it.</returns>
    public bool Count(ReplyOutcome outcome)
    {
        var wasDown = IsDown;
        switch (outcome)
        {
            case ReplyOutcome.Answered or ReplyOutcome.Contradictory:
                FailuresInARow = 0;
                LastHeard = timeProvider.GetUtcNow();
                State = NodeState.Up;
                break;
            case ReplyOutcome.NotSent:
                break;
            default:
                FailuresInARow++;
                State = FailuresInARow >= failuresUntilSkipped ? NodeState.Down : State;
                break;
        }

        return IsDown != wasDown;
    }
}
