using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Bits that the network flips turn no verdict round.</summary>
public sealed class VerdictConfirmationTests
{
    private const int Node = 7;
    private const int Coins = 9;

    /// <summary>Nine verdicts in the contrary order, and the same again: all pass but the one of coin 7.</summary>
    private static readonly byte[] AllTwiceBut7 = [0xFD, 0xFB, 0x03];

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
    public async Task Any_other_verdict_is_asked_for_again_otherwise_and_counts_when_it_is_the_same()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        var first = await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);
        Assert.False(detect.IsCompleted);
        var second = await AnswerAsync(peer, ResponseStatus.Mixed, AllTwiceBut7);

        var reply = await detect;

        Assert.NotEqual(first.Body()[..Challenge.Length], second.Body()[..Challenge.Length]);
        var contrary = GetRecords(first).Reverse().ToList();
        Assert.Equal(contrary.Concat(contrary), GetRecords(second));
        Assert.Equal(
            [.. Enumerable.Repeat(CoinStatus.Pass, 7), CoinStatus.Fail, CoinStatus.Pass],
            Enumerable.Range(0, Coins).Select(reply.GetCoinStatus));
    }

    [Fact]
    public async Task Of_verdicts_that_differ_the_one_counts_that_is_told_twice()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        await AnswerAsync(peer, ResponseStatus.Mixed, [0x7F, 0x01]);
        await AnswerAsync(peer, ResponseStatus.AllFail);
        await AnswerAsync(peer, ResponseStatus.AllPass);

        // Coin 7 had failed twice by then.
        var reply = await detect;
        Assert.Equal([CoinStatus.Fail, CoinStatus.Pass], [reply.GetCoinStatus(7), reply.GetCoinStatus(8)]);
    }

    [Fact]
    public async Task After_answers_that_differed_many_coins_need_three_answers_for_a_minute()
    {
        const int Many = DetectPayload.MaxCoinsPerDatagram;
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time, confirmsVerdicts: true);
        var differing = AskAsync(client, coins: 1);
        await AnswerAsync(peer, ResponseStatus.AllFail);
        await AnswerAsync(peer, ResponseStatus.AllPass);
        await differing;

        foreach (var answers in new[] { 3, 2 })
        {
            var detect = AskAsync(client, Many);
            for (var answer = 0; answer < answers; answer++)
            {
                Assert.False(detect.IsCompleted);
                await AnswerAsync(peer, ResponseStatus.AllFail);
            }

            Assert.Equal(ResponseStatus.AllFail, (await detect.WaitAsync(Deadline, Token)).Status);
            time.Advance(TimeSpan.FromMinutes(1));
        }
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
    public async Task Verdicts_that_never_agree_are_an_error()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = AskAsync(client);
        await AnswerAsync(peer, ResponseStatus.AllFail);
        for (var answer = 1; answer < VerdictAgreement.MaxAnswers; answer++)
        {
            // Of the two records of each coin one passes and one fails.
            await AnswerAsync(peer, ResponseStatus.Mixed, [0xFF, 0x01, 0x00]);
        }

        var reply = await detect;

        Assert.Equal(ReplyOutcome.Contradictory, reply.Outcome);
        Assert.Equal(CoinStatus.Error, reply.GetCoinStatus(0));
    }

    private static IEnumerable<string> GetRecords(ReceivedRequest request) =>
        request.Body()[Challenge.Length..].Chunk(DetectPayload.RecordLength).Select(Convert.ToHexString);

    private static Task<RaidaReply> AskAsync(RaidaClient client, int coins = Coins) => client.DetectAsync(
        Node,
        Enumerable.Range(0, coins).SelectMany(coin => RaidaClientTests.CreateRecords(1, serialNumber: coin)).ToArray(),
        Deadline,
        Token);

    private static async Task<ReceivedRequest> AnswerAsync(TcpPeer peer, ResponseStatus status, byte[]? body = null)
    {
        var request = await peer.Udp.ReceiveAsync();
        peer.Udp.Answer(request, status, body);
        return request;
    }
}
