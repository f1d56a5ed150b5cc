using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Raida.Coins;
using Raida.Protocol;

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

/// <summary>Collects the replies of one detect. Safe for use by many threads.</summary>
internal sealed class DetectReplyBuilder(int coins)
{
    private readonly CoinStatus[] _statuses = new CoinStatus[coins];
    private readonly List<DetectFailure> _failures = [];
    private int _coinsWithVerdict;

    public int CoinsWithVerdict => Volatile.Read(ref _coinsWithVerdict);

    public void Add(int start, int count, RaidaReply reply)
    {
        var statuses = _statuses.AsSpan(start, count);
        statuses.Fill(reply.GetCoinStatus(0));
        for (var coin = 1; coin < count && reply.Status == ResponseStatus.Mixed; coin++)
        {
            statuses[coin] = reply.GetCoinStatus(coin);
        }

        if (reply.Failure is not { } reason)
        {
            Interlocked.Add(ref _coinsWithVerdict, count);
            return;
        }

        lock (_failures)
        {
            var same = _failures.FindIndex(failure => failure.Reason == reason);
            if (same < 0)
            {
                _failures.Add(new DetectFailure(reply.Outcome, reply.GetCoinStatus(0), reason, count));
            }
            else
            {
                _failures[same] = _failures[same] with { Coins = _failures[same].Coins + count };
            }
        }
    }

    public DetectReply Build() => new(ImmutableCollectionsMarshal.AsImmutableArray(_statuses), _failures);
}
