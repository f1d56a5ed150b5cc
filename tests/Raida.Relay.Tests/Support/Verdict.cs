using Raida.Client;
using Raida.Coins;

namespace Raida.Relay.Tests.Support;

/// <summary>What the client reported, beside what is right.</summary>
internal sealed record Verdict(Question Question, RaidaReply Reply)
{
    public IEnumerable<CoinStatus> Statuses => Enumerable.Range(0, Question.IsAuthentic.Count).Select(Reply.GetCoinStatus);

    /// <summary>Whether every coin has the letter that the server's store says.</summary>
    public bool IsRight => Statuses.SequenceEqual(
        Question.IsAuthentic.Select(isAuthentic => isAuthentic ? CoinStatus.Pass : CoinStatus.Fail));

    /// <summary>How many authentic coins are called counterfeit.</summary>
    public int WrongFails => CountWrong(isAuthentic: true, CoinStatus.Fail);

    /// <summary>How many counterfeit coins are called authentic.</summary>
    public int WrongPasses => CountWrong(isAuthentic: false, CoinStatus.Pass);

    private int CountWrong(bool isAuthentic, CoinStatus status) =>
        Statuses.Zip(Question.IsAuthentic).Count(coin => coin == (status, isAuthentic));
}
