using System.Collections.Immutable;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.LocalNetwork;

/// <summary>
/// What is wrong with an agent. Immutable: an agent's faults are changed by giving it another value, which counts from the next
/// request on. That an agent is down is not in here: see <see cref="LocalAgent.SetDownAsync"/>.
/// </summary>
public sealed record AgentFaults
{
    /// <summary>The longest <see cref="Delay"/> and the longest <see cref="Jitter"/>: one hour.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);

    /// <summary>An agent without faults.</summary>
    public static AgentFaults None { get; } = new();

    /// <summary>Requests are received and never answered. Over TCP the connection stays open until its read deadline (10 s).</summary>
    public bool Deaf { get; init; }

    /// <summary>How long an answer is held back, 0 to one hour. Requests do not wait for one another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Delay { get; init => field = CheckDelay(value); }

    /// <summary>Up to how much longer than <see cref="Delay"/> an answer is held back, drawn anew for each, 0 to one hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Jitter { get; init => field = CheckDelay(value); }

    /// <summary>How many of 100 datagrams are lost before the agent sees them, 0 to 100. TCP repeats what is lost and is spared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double LossPercent { get; init => field = CheckPercent(value); }

    /// <summary>Every coin that passes is called counterfeit, and the other way round.</summary>
    public bool WrongForAllCoins { get; init; }

    /// <summary>The coins of which the agent says the contrary of what is right.</summary>
    public ImmutableHashSet<(Denomination Denomination, uint SerialNumber)> WrongAnswersFor { get; init; } = [];

    /// <summary>
    /// When set, this status answers every request whose challenge is proven, with the right signature and no body. Errors found
    /// before that are answered as ever.
    /// </summary>
    public ResponseStatus? ErrorStatus { get; init; }

    /// <summary>One bit of every answer's signature is wrong, the last one, so that only who compares all of it notices.</summary>
    public bool WrongSignature { get; init; }

    /// <summary>Every answer over UDP is sent twice. A TCP connection carries one answer only.</summary>
    public bool AnswerTwice { get; init; }

    internal bool IsWrongFor(Denomination denomination, uint serialNumber) =>
        WrongForAllCoins || (!WrongAnswersFor.IsEmpty && WrongAnswersFor.Contains((denomination, serialNumber)));

    private static TimeSpan CheckDelay(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxDelay);
        return value;
    }

    private static double CheckPercent(double value) =>
        value is >= 0 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A loss is 0 to 100 percent.");
}
