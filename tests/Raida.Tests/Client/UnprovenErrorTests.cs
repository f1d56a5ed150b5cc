using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Errors that come by datagram without a usable signature, as servers tell that they do not know the key coin.</summary>
public sealed class UnprovenErrorTests
{
    private const int Node = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly KeyCoin _keyCoin = RaidaClientFallbackTests.CreateKeyCoin();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ResponseStatus.UnknownKeyCoin)]
    [InlineData(ResponseStatus.DecryptionFailed)]
    [InlineData(ResponseStatus.WrongCrc)]
    public async Task A_key_coin_that_the_server_says_it_does_not_know_is_proven_over_tcp_at_once_and_asked_for_once(ResponseStatus status)
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: _keyCoin, confirmsVerdicts: true);
        var detect = AskAsync(client);
        await TellAsync(peer, status);
        await ProveAsync(peer, status);

        var reply = await detect.WaitAsync(Patience, Token);

        Assert.Equal(status, reply.Status);
        Assert.All(Enumerable.Range(0, 3), coin => Assert.Equal(CoinStatus.Undecryptable, reply.GetCoinStatus(coin)));
        Assert.Equal((1L, 1L), (client.GetCounters(Node).Sent, client.GetCounters(Node).Connections));
    }

    [Fact]
    public async Task An_unproven_error_alone_decides_nothing()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        await TellAsync(peer, ResponseStatus.InternalError);
        using var request = await peer.ReceiveAsync();
        Assert.False(detect.IsCompleted);

        request.Answer(ResponseStatus.AllPass);

        Assert.Equal(CoinStatus.Pass, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task Requests_that_are_told_the_same_of_the_key_coin_share_one_connection()
    {
        const int Requests = 60;
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: _keyCoin, confirmsVerdicts: true);
        var detects = Enumerable.Range(0, Requests).Select(_ => AskAsync(client)).ToArray();
        for (var told = 0; told < Requests; told++)
        {
            await TellAsync(peer, ResponseStatus.WrongCrc);
        }

        await Eventually.HoldsAsync(() => client.GetCounters(Node).Forged == Requests, "the errors to be read");
        Assert.DoesNotContain(detects, detect => detect.IsCompleted);
        await ProveAsync(peer, ResponseStatus.WrongCrc);

        var replies = await Task.WhenAll(detects).WaitAsync(Patience, Token);

        Assert.All(replies, reply => Assert.Equal((ReplyOutcome.Answered, ResponseStatus.WrongCrc), (reply.Outcome, reply.Status)));
        Assert.Equal(1, client.GetCounters(Node).Connections);
    }

    [Fact]
    public async Task What_tcp_proved_of_the_key_coin_is_believed_by_datagram_for_a_minute()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time, _keyCoin, confirmsVerdicts: true);
        await BeToldAndProveAsync(client, peer, ResponseStatus.UnknownKeyCoin);

        time.Advance(TimeSpan.FromSeconds(59));
        var believed = AskAsync(client);
        await TellAsync(peer, ResponseStatus.UnknownKeyCoin);
        Assert.Equal(CoinStatus.Undecryptable, (await believed.WaitAsync(Patience, Token)).GetCoinStatus(0));
        Assert.Equal(1, client.GetCounters(Node).Connections);

        // Being told again is no proof: the minute is that of the connection.
        time.Advance(TimeSpan.FromSeconds(1));
        await BeToldAndProveAsync(client, peer, ResponseStatus.UnknownKeyCoin);
        Assert.Equal(2, client.GetCounters(Node).Connections);

        // Nor is it one of another error.
        await BeToldAndProveAsync(client, peer, ResponseStatus.DecryptionFailed);
        Assert.Equal(3, client.GetCounters(Node).Connections);
    }

    [Fact]
    public async Task An_error_that_tcp_denied_is_believed_of_no_request()
    {
        const int Requests = 4;
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: _keyCoin);
        var detects = Enumerable.Range(0, Requests).Select(_ => AskAsync(client)).ToArray();
        for (var told = 0; told < Requests; told++)
        {
            await TellAsync(peer, ResponseStatus.UnknownKeyCoin);
        }

        // One asked for all of them; each of the others asks for itself then.
        await Eventually.HoldsAsync(() => client.GetCounters(Node).Forged == Requests, "the errors to be read");
        for (var denied = 0; denied < Requests; denied++)
        {
            await DenyAsync(peer);
        }

        Assert.All(await Task.WhenAll(detects).WaitAsync(Patience, Token), reply => Assert.Equal(ResponseStatus.AllPass, reply.Status));
        var later = AskAsync(client);
        await TellAsync(peer, ResponseStatus.UnknownKeyCoin);
        await DenyAsync(peer);
        Assert.Equal(ResponseStatus.AllPass, (await later).Status);
    }

    [Fact]
    public async Task A_request_that_is_given_up_leaves_the_proof_to_the_others()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: _keyCoin);
        var cancelled = client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), Long, cancellation.Token);
        await TellAsync(peer, ResponseStatus.WrongCrc);
        using var lost = await peer.ReceiveAsync();
        var waiting = AskAsync(client);
        await TellAsync(peer, ResponseStatus.WrongCrc);
        await Eventually.HoldsAsync(() => client.GetCounters(Node).Forged == 2, "the errors to be read");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await ProveAsync(peer, ResponseStatus.WrongCrc);

        Assert.Equal(ResponseStatus.WrongCrc, (await waiting.WaitAsync(Patience, Token)).Status);
    }

    [Fact]
    public async Task A_server_that_answers_with_the_key_is_believed_no_more_that_it_does_not_know_it()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: _keyCoin);
        await BeToldAndProveAsync(client, peer, ResponseStatus.UnknownKeyCoin);
        var known = AskAsync(client);
        var request = await peer.Udp.ReceiveAsync();
        peer.Udp.Send(request, request.CreateAnswer(ResponseStatus.AllPass, key: Key));
        Assert.True((await known).IsSuccess);

        await BeToldAndProveAsync(client, peer, ResponseStatus.UnknownKeyCoin);

        Assert.Equal(2, client.GetCounters(Node).Connections);
    }

    [Theory]
    [InlineData(ResponseStatus.UnknownKeyCoin, CoinStatus.Undecryptable)]
    [InlineData(ResponseStatus.WrongLength, CoinStatus.Error)]
    public async Task An_error_that_nothing_proves_or_denies_within_the_deadline_is_no_silence(ResponseStatus status, CoinStatus letter)
    {
        var deadline = TimeSpan.FromSeconds(3);
        var time = new FakeTimeProvider();

        // Nobody takes its connections.
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time, _keyCoin, confirmsVerdicts: true);
        var detects = Enumerable.Range(0, 6)
            .Select(_ => client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), deadline, Token))
            .ToArray();
        for (var told = 0; told < detects.Length; told++)
        {
            await TellAsync(peer, status);
        }

        await Eventually.HoldsAsync(() => client.GetCounters(Node).Forged == detects.Length, "the errors to be read");
        time.Pass(deadline - TimeSpan.FromMilliseconds(2));
        Assert.DoesNotContain(detects, detect => detect.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(4));

        Assert.All(await Task.WhenAll(detects).WaitAsync(Patience, Token), reply =>
        {
            Assert.Equal((ReplyOutcome.Answered, status, letter), (reply.Outcome, reply.Status, reply.GetCoinStatus(0)));

            // The server was not that slow.
            Assert.Equal(TimeSpan.Zero, reply.Latency);
        });
        Assert.Equal((0L, 6L), (client.GetCounters(Node).NoReply, client.GetCounters(Node).Answered));
    }

    [Fact]
    public async Task What_datagrams_brought_no_answer_to_does_not_stand_behind_all_large_requests()
    {
        const int Large = 60;
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var large = Enumerable.Range(0, Large)
            .Select(_ => client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 65), Long, Token))
            .ToArray();
        var small = AskAsync(client);
        await TellAsync(peer, ResponseStatus.InternalError);
        await Eventually.HoldsAsync(() => client.GetCounters(Node).Forged == 1, "the error to be read");

        var answered = 0;
        while (!small.IsCompleted && answered <= Large)
        {
            using var request = await peer.ReceiveAsync();
            var isSmall = request.CoinCount == 3;
            request.Answer(ResponseStatus.AllPass);
            if (isSmall)
            {
                break;
            }

            answered++;
        }

        // Four had room before it, and one more was the next; the others are for the time that it took to get in line.
        Assert.InRange(answered, 0, Large / 2);
        Assert.True((await small.WaitAsync(Patience, Token)).IsSuccess);
        for (; answered < Large; answered++)
        {
            (await peer.ReceiveAsync()).Answer(ResponseStatus.AllPass);
        }

        await Task.WhenAll(large);
    }

    [Fact]
    public async Task An_error_over_tcp_is_not_asked_for_again()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(confirmsVerdicts: true);
        var detect = client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 65), Long, Token);
        using var request = await peer.ReceiveAsync();
        request.Answer(ResponseStatus.UnknownCoin);

        Assert.Equal(ResponseStatus.UnknownCoin, (await detect.WaitAsync(Patience, Token)).Status);
        Assert.Equal(1, client.GetCounters(Node).Connections);
    }

    private byte[] Key => _keyCoin.GetKey(Node).ToArray();

    private static Task<RaidaReply> AskAsync(RaidaClient client) =>
        client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), Long, Token);

    /// <summary>Answers the next datagram with an error that it does not prove.</summary>
    private static async Task TellAsync(TcpPeer peer, ResponseStatus status)
    {
        var datagram = await peer.Udp.ReceiveAsync();
        peer.Udp.Send(datagram, datagram.CreateUnsignedAnswer(status));
    }

    private static async Task ProveAsync(TcpPeer peer, ResponseStatus status)
    {
        using var request = await peer.ReceiveAsync();
        request.Send(request.Request.CreateUnsignedAnswer(status));
    }

    private async Task DenyAsync(TcpPeer peer)
    {
        using var request = await peer.ReceiveAsync();
        request.Send(request.Request.CreateAnswer(ResponseStatus.AllPass, key: Key));
    }

    private static async Task BeToldAndProveAsync(RaidaClient client, TcpPeer peer, ResponseStatus status)
    {
        var detect = AskAsync(client);
        await TellAsync(peer, status);
        await ProveAsync(peer, status);
        Assert.Equal(status, (await detect.WaitAsync(Patience, Token)).Status);
    }
}
