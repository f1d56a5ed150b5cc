using Raida.Protocol;

namespace Raida.LocalNetwork;

/// <summary>
/// The faults of an agent. Immutable: assign another value to <see cref="LocalAgent.Faults"/> to change them. An agent is taken down by
/// <see cref="LocalAgent.SetDownAsync"/>.
/// </summary>
public sealed record AgentFaults
{
    /// <summary>The longest <see cref="Delay"/> and the longest <see cref="Jitter"/>: one hour.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);

    /// <summary>An agent without faults.</summary>
    public static AgentFaults None { get; } = new();

    /// <summary>Requests are received and never answered. Over TCP the connection stays open until its read deadline (10 s).</summary>
    public bool Deaf { get; init; }

    /// <summary>Like <see cref="Deaf"/>, but over TCP only.</summary>
    public bool DeafOverTcp { get; init; }

    /// <summary>How long an answer is held back, 0 to one hour. Other requests do not wait for it.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The maximum of a random time that is added to <see cref="Delay"/> for each answer, 0 to one hour.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The percentage of datagrams that are lost before the agent sees them, 0 to 100. TCP is not affected.</summary>
    public double LossPercent { get; init; }

    /// <summary>Authentic coins are reported as counterfeit, and counterfeit ones as authentic.</summary>
    public bool WrongForAllCoins { get; init; }

    /// <summary>
    /// When set, the status of every answer to a request whose challenge is valid; the answer is signed and has no body. Errors found
    /// before that keep their own status.
    /// </summary>
    public ResponseStatus? ErrorStatus { get; init; }

    /// <summary>Answers about coins contradict each other: no two in a row are the same, and none is "all authentic".</summary>
    public bool Contradictory { get; init; }

    /// <summary>The last bit of every answer's signature is wrong, so only a client that compares all of it notices.</summary>
    public bool WrongSignature { get; init; }

    /// <summary>Every answer over UDP is sent twice. A TCP connection carries only one answer.</summary>
    public bool AnswerTwice { get; init; }

    /// <summary>Whether the next datagram is lost, at random.</summary>
    internal bool IsLost() => Random.Shared.NextDouble() * 100 < LossPercent;

    /// <summary>How long the next answer is held back.</summary>
    internal TimeSpan GetDelay() => Delay + (Jitter * Random.Shared.NextDouble());
}
