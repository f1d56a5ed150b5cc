using System.Collections.Immutable;
using Raida.Coins;

namespace Raida;

/// <summary>What one server reported about some coins.</summary>
/// <param name="Statuses">A status for each coin, in the order of the records.</param>
/// <param name="Failures">Why coins have no verdict: one for each reason; empty when all have one.</param>
public sealed record DetectReply(ImmutableArray<CoinStatus> Statuses, IReadOnlyList<DetectFailure> Failures)
{
    /// <summary>Whether every coin has a verdict.</summary>
    public bool IsSuccess => Failures.Count == 0;
}

/// <summary>Why some coins have no verdict of a server.</summary>
/// <param name="Reason">The reason as part of a sentence, for example <c>no reply within 3000 ms</c>.</param>
public sealed record DetectFailure(ReplyOutcome Outcome, CoinStatus Status, string Reason, int Coins);
