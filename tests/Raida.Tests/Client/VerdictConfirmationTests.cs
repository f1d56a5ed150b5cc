using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Bits that the network flips turn no verdict round.</summary>
public sealed class VerdictConfirmationTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task That_all_coins_are_authentic_is_believed_at_once()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        await AnswerAsync(peer, ResponseStatus.AllPass);

        Assert.Equal(CoinStatus.Pass, (await detect).GetCoinStatus(8));
        Assert.Equal(1, client.GetCounters(Node).Sent);
    }

    [Fact]
    public async Task Any_other_verdict_is_asked_for_again_under_another_challenge_and_counts_when_it_is_the_same()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        var first = await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);
        Assert.False(detect.IsCompleted);
        var second = await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);

        var reply = await detect;

        Assert.NotEqual(first.Body()[..Challenge.Length], second.Body()[..Challenge.Length]);
        Assert.Equal(first.Body()[Challenge.Length..], second.Body()[Challenge.Length..]);
        Assert.Equal([CoinStatus.Fail, CoinStatus.Pass], [reply.GetCoinStatus(7), reply.GetCoinStatus(8)]);
    }

    [Fact]
    public async Task Of_verdicts_that_differ_the_one_counts_that_is_told_twice()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);
        await AnswerAsync(peer, ResponseStatus.AllFail);
        await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);

        Assert.Equal(CoinStatus.Fail, (await detect).GetCoinStatus(7));
    }

    [Fact]
    public async Task A_fail_that_is_followed_by_all_authentic_was_none()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        await AnswerAsync(peer, ResponseStatus.UnknownCoin);
        await AnswerAsync(peer, ResponseStatus.AllPass);

        Assert.Equal(CoinStatus.Pass, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task Verdicts_of_which_no_two_agree_are_an_error()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        for (byte verdict = 1; verdict <= 4; verdict++)
        {
            await AnswerAsync(peer, ResponseStatus.Mixed, [verdict, 0x00]);
        }

        var reply = await detect;

        Assert.Equal(ReplyOutcome.Contradictory, reply.Outcome);
        Assert.Equal(CoinStatus.Error, reply.GetCoinStatus(0));
    }

    private static Task<RaidaReply> AskAsync(RaidaClient client) =>
        client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 9), Deadline, Token);

    private static async Task<ReceivedRequest> AnswerAsync(TcpPeer peer, ResponseStatus status, byte[]? body = null)
    {
        var request = await peer.Udp.ReceiveAsync();
        peer.Udp.Answer(request, status, body);
        return request;
    }
}
