using Raida.Coins;

namespace Raida.Relay.Tests.Support;

/// <summary>What the client reported, and the question with the right verdicts.</summary>
internal sealed record Verdict(Question Question, DetectReply Reply)
{
    /// <summary>Whether every coin has the status that the server's store implies.</summary>
    public bool IsRight => Reply.Statuses.SequenceEqual(
        Question.IsAuthentic.Select(isAuthentic => isAuthentic ? CoinStatus.Pass : CoinStatus.Fail));

    /// <summary>Whether no datagram got a reply.</summary>
    public bool IsUnanswered => Reply.Failures is [{ Outcome: ReplyOutcome.NoReply }];

    /// <summary>The number of authentic coins that were reported as counterfeit.</summary>
    public int WrongFails => CountWrong(isAuthentic: true, CoinStatus.Fail);

    /// <summary>The number of counterfeit coins that were reported as authentic.</summary>
    public int WrongPasses => CountWrong(isAuthentic: false, CoinStatus.Pass);

    private int CountWrong(bool isAuthentic, CoinStatus status) =>
        Reply.Statuses.Zip(Question.IsAuthentic).Count(coin => coin == (status, isAuthentic));
}
