using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>What is asked over TCP because datagrams brought no answer, or none that proves anything.</summary>
public sealed class RaidaClientFallbackTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_whose_datagrams_stay_unanswered_is_asked_over_tcp_at_half_its_deadline()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time);
        var detect = client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), Deadline, Token);
        var datagram = await peer.Udp.ReceiveAsync();
        time.Pass((Deadline / 2) - TimeSpan.FromMilliseconds(2));
        Assert.False(peer.HasConnection);

        time.Pass(TimeSpan.FromMilliseconds(4));
        using var request = await peer.ReceiveAsync();
        Assert.Equal(datagram.Bytes, request.Request.Bytes);
        request.Answer(ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).GetCoinStatus(2));
        Assert.Equal(1, client.GetCounters(Node).Answered);
    }

    [Fact]
    public async Task It_is_asked_over_tcp_once_only_and_ends_at_its_deadline_all_the_same()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        await peer.Udp.ReceiveAsync();
        time.Pass(Deadline / 2);
        using var request = await peer.ReceiveAsync();
        time.Pass((Deadline / 2) - TimeSpan.FromMilliseconds(2));
        Assert.False(echo.IsCompleted);
        Assert.False(peer.HasConnection);
        time.Pass(TimeSpan.FromMilliseconds(4));

        Assert.Equal(ReplyOutcome.NoReply, (await echo).Outcome);
        Assert.Equal(1, client.GetCounters(Node).Connections);
    }

    [Fact]
    public async Task An_answer_by_datagram_still_counts_while_it_is_asked_over_tcp()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        var datagram = await peer.Udp.ReceiveAsync();
        time.Pass(Deadline / 2);
        using var request = await peer.ReceiveAsync();

        peer.Udp.Answer(datagram, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task A_port_that_refuses_tcp_does_not_end_the_waiting_for_a_datagram()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        var datagram = await peer.ReceiveAsync();
        time.Pass(Deadline / 2);
        await Eventually.HoldsAsync(() => client.GetCounters(Node).Connections == 1, "TCP to be tried");

        peer.Answer(datagram, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Theory]
    [InlineData(ResponseStatus.UnknownKeyCoin)]
    [InlineData(ResponseStatus.WrongCrc)]
    public async Task A_key_coin_that_the_server_says_it_does_not_know_is_proven_over_tcp_at_once(ResponseStatus status)
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: CreateKeyCoin());
        var detect = client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), TimeSpan.FromMinutes(10), Token);
        var datagram = await peer.Udp.ReceiveAsync();
        peer.Udp.Send(datagram, CreateUnsigned(datagram, status));
        using var request = await peer.ReceiveAsync();
        request.Send(CreateUnsigned(request.Request, status));

        var reply = await detect;

        Assert.Equal(status, reply.Status);
        Assert.All(Enumerable.Range(0, 3), coin => Assert.Equal(CoinStatus.Undecryptable, reply.GetCoinStatus(coin)));
    }

    [Fact]
    public async Task An_unproven_error_alone_decides_nothing()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 3), TimeSpan.FromMinutes(10), Token);
        var datagram = await peer.Udp.ReceiveAsync();
        peer.Udp.Send(datagram, CreateUnsigned(datagram, ResponseStatus.InternalError));
        using var request = await peer.ReceiveAsync();
        Assert.False(detect.IsCompleted);

        request.Answer(ResponseStatus.AllPass);

        Assert.Equal(CoinStatus.Pass, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task With_a_key_coin_128_coins_are_one_encrypted_request_and_129_are_refused()
    {
        var keyCoin = CreateKeyCoin();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(keyCoin: keyCoin);
        var records = RaidaClientTests.CreateRecords(coins: 128, serialNumber: 9);
        var detect = client.DetectAsync(Node, records, Deadline, Token);
        using var request = await peer.ReceiveAsync();
        var key = keyCoin.GetKey(Node).ToArray();
        request.Send(request.Request.CreateAnswer(ResponseStatus.AllPass, key: key));

        Assert.True((await detect).IsSuccess);
        Assert.Equal(records, request.Request.Body(key)[Challenge.Length..]);
        Assert.Equal(EncryptionType.KeyCoin, request.Request.Header.Encryption);
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 129), Deadline, Token));
    }

    [Fact]
    public async Task With_a_key_coin_an_echo_is_not_encrypted()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(keyCoin: CreateKeyCoin());
        var echo = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
        Assert.Equal(EncryptionType.None, request.Header.Encryption);
    }

    private static KeyCoin CreateKeyCoin()
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Random.Shared.NextBytes(secrets);
        return new KeyCoin(new Denomination(1), 5, secrets);
    }

    /// <summary>The request's echo id and no signature, as recorded servers answer what they cannot decrypt.</summary>
    private static byte[] CreateUnsigned(ReceivedRequest request, ResponseStatus status)
    {
        var answer = request.CreateAnswer(status);
        Random.Shared.NextBytes(answer.AsSpan(ResponseHeader.SignatureOffset));
        return answer;
    }
}
