using Raida.Coins;
using Raida.Protocol;
using Raida.Servers;
using Raida.Tests.Support;

namespace Raida.Tests.Servers;

/// <summary>Bits flipped in transit change no verdict.</summary>
public sealed class VerdictConfirmationTests
{
    private const int Node = 7;
    private const int Coins = 9;

    private readonly VerdictConfirmation _confirmation = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void All_authentic_counts_at_once() => Assert.NotNull(Take(ResponseStatus.AllPass));

    [Theory]
    [InlineData(ReplyOutcome.NoReply)]
    [InlineData(ReplyOutcome.Refused)]
    [InlineData(ReplyOutcome.Dropped)]
    [InlineData(ReplyOutcome.ServerDown)]
    [InlineData(ReplyOutcome.NotSent)]
    public void Missing_reply_counts_at_once_even_after_a_verdict(ReplyOutcome outcome)
    {
        Assert.Null(Take(ResponseStatus.AllFail));

        Assert.Equal(outcome, _confirmation.Take(Replies.Failed(outcome))?.Outcome);
    }

    [Theory]
    [InlineData(ResponseStatus.AllFail)]
    [InlineData(ResponseStatus.UnknownCoin)]
    [InlineData(ResponseStatus.InternalError)]
    public void Any_other_reply_counts_when_a_second_one_is_equal(ResponseStatus status)
    {
        Assert.Null(Take(status));

        Assert.Equal(status, Take(status)?.Status);
    }

    [Fact]
    public void Errors_are_equal_whatever_text_comes_with_them()
    {
        Assert.Null(Take(ResponseStatus.UnknownCoin, 1));

        Assert.Equal(ResponseStatus.UnknownCoin, Take(ResponseStatus.UnknownCoin, 2)?.Status);
    }

    [Fact]
    public void Mixed_replies_are_equal_only_with_equal_verdicts()
    {
        Assert.Null(Take(ResponseStatus.Mixed, 1));
        Assert.Null(Take(ResponseStatus.Mixed, 2));

        var reply = Take(ResponseStatus.Mixed, 1);

        Assert.Equal([1], reply?.Body.ToArray() ?? []);
    }

    [Fact]
    public void All_authentic_counts_after_other_replies()
    {
        Assert.Null(Take(ResponseStatus.AllFail));

        Assert.Equal(ResponseStatus.AllPass, Take(ResponseStatus.AllPass)?.Status);
    }

    [Fact]
    public void Proven_error_counts_at_once() =>
        Assert.NotNull(_confirmation.Take(Replies.Answered(1, ResponseStatus.UnknownKeyCoin) with { IsFinal = true }));

    [Fact]
    public void Four_different_replies_are_contradictory()
    {
        Assert.Null(Take(ResponseStatus.AllFail));
        Assert.Null(Take(ResponseStatus.Mixed, 1));
        Assert.Null(Take(ResponseStatus.Mixed, 2));

        var reply = Take(ResponseStatus.Mixed, 4);

        Assert.Equal(ReplyOutcome.Contradictory, reply?.Outcome);
        Assert.Equal(CoinStatus.Error, reply?.GetCoinStatus(0));
    }

    [Fact]
    public void Different_replies_before_a_timeout_are_contradictory()
    {
        Assert.Null(Take(ResponseStatus.AllFail));
        Assert.Null(Take(ResponseStatus.Mixed, 1));

        var reply = _confirmation.Take(Replies.Failed(ReplyOutcome.NoReply));

        Assert.Equal(ReplyOutcome.Contradictory, reply?.Outcome);
    }

    [Fact]
    public async Task Detect_sends_a_new_request_for_each_confirmation()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = client.DetectAsync(Node, Records.CreateNumbered(Coins), Token);
        var first = await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);
        Assert.False(detect.IsCompleted);
        var second = await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);

        var reply = await detect;

        Assert.NotEqual(first.Body()[..Challenge.Length], second.Body()[..Challenge.Length]);
        Assert.Equal(first.Body()[Challenge.Length..], second.Body()[Challenge.Length..]);
        Assert.Equal([.. Enumerable.Repeat(CoinStatus.Pass, 7), CoinStatus.Fail, CoinStatus.Pass], reply.Statuses);
        Assert.Equal(2, metrics.Sent);
    }

    [Fact]
    public async Task Contradictory_replies_make_an_error_of_every_coin_and_take_the_server_down()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true, failuresUntilDown: 1);
        var detect = client.DetectAsync(Node, Records.CreateNumbered(Coins), Token);
        for (byte answer = 1; answer <= VerdictConfirmation.MaxReplies; answer++)
        {
            await AnswerAsync(peer, ResponseStatus.Mixed, [answer, 0]);
        }

        var reply = await detect;

        Assert.Equal(
            [new DetectFailure(ReplyOutcome.Contradictory, CoinStatus.Error, "gave contradictory answers", Coins)],
            reply.Failures);
        Assert.Equal(Enumerable.Repeat(CoinStatus.Error, Coins), reply.Statuses);
        Assert.Equal(ServerState.Down, client.GetReport(Node).State);
    }

    private static async Task<ReceivedRequest> AnswerAsync(UdpPeer peer, ResponseStatus status, byte[] body)
    {
        var request = await peer.ReceiveAsync();
        peer.Answer(request, status, body);
        return request;
    }

    private RaidaReply? Take(ResponseStatus status, params byte[] body) => _confirmation.Take(new RaidaReply
    {
        Command = RaidaCommand.Detect,
        Outcome = ReplyOutcome.Answered,
        Status = status,
        Body = body,
    });
}
