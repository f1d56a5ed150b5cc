using Raida.Coins;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests;

public sealed class RaidaReplyTests
{
    private static readonly RaidaReply Detect = new()
    {
        Command = RaidaCommand.Detect,
        Outcome = ReplyOutcome.Answered,
        Status = ResponseStatus.Mixed,
        Body = new byte[] { 0b1000_0001, 0b0000_0100 },
    };

    [Fact]
    public void Success_has_no_failure() => Assert.Null(Replies.Answered(1).Failure);

    [Fact]
    public void Error_reply_is_a_failure() =>
        Assert.Equal("answered status 160, too many requests", Replies.Answered(1, ResponseStatus.TooManyRequests).Failure);

    [Fact]
    public void Missing_reply_is_reported_with_the_timeout_that_passed() =>
        Assert.Equal("no reply within 3000 ms", Replies.Failed(ReplyOutcome.NoReply, TimeSpan.FromSeconds(3)).Failure);

    [Fact]
    public void Every_other_outcome_has_its_own_words()
    {
        var outcomes = Enum.GetValues<ReplyOutcome>().Except([ReplyOutcome.Answered]).ToList();

        Assert.Equal(outcomes.Count, outcomes.Select(outcome => Replies.Failed(outcome).Failure).Distinct().Count());
    }

    [Theory]
    [InlineData(ReplyOutcome.NoReply, CoinStatus.NoReply)]
    [InlineData(ReplyOutcome.Refused, CoinStatus.Error)]
    [InlineData(ReplyOutcome.Contradictory, CoinStatus.Error)]
    [InlineData(ReplyOutcome.Dropped, CoinStatus.Dropped)]
    [InlineData(ReplyOutcome.NotSent, CoinStatus.Untried)]
    [InlineData(ReplyOutcome.ServerDown, CoinStatus.Untried)]
    public void Coins_of_a_request_without_a_reply_have_the_status_of_its_outcome(ReplyOutcome outcome, CoinStatus expected) =>
        Assert.Equal(expected, (Detect with { Outcome = outcome }).GetCoinStatus(0));

    [Fact]
    public void Bits_of_a_mixed_reply_are_counted_from_the_least_significant() => Assert.Equal(
        [0, 7, 10],
        Enumerable.Range(0, 16).Where(coin => Detect.GetCoinStatus(coin) == CoinStatus.Pass));

    [Theory]
    [InlineData(true, CoinStatus.Undecryptable)]
    [InlineData(false, CoinStatus.Error)]
    public void Wrong_checksum_indicates_a_wrong_key_only_where_the_request_was_encrypted(bool isEncrypted, CoinStatus expected) =>
        Assert.Equal(expected, (Detect with { Status = ResponseStatus.WrongCrc, IsEncrypted = isEncrypted }).GetCoinStatus(0));
}
