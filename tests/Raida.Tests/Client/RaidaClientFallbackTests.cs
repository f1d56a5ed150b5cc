using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>What is asked over TCP because datagrams brought no answer, and what is encrypted.</summary>
public sealed class RaidaClientFallbackTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static KeyCoin CreateKeyCoin()
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Random.Shared.NextBytes(secrets);
        return new KeyCoin(new Denomination(1), 5, secrets);
    }

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

    [Fact]
    public async Task Encrypted_detect_has_at_most_16_coins()
    {
        var keyCoin = CreateKeyCoin();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(keyCoin: keyCoin);
        var records = RaidaClientTests.CreateRecords(coins: 16, serialNumber: 9);
        var detect = client.DetectAsync(Node, records, TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        var key = keyCoin.GetKey(Node).ToArray();
        peer.Send(request, request.CreateAnswer(ResponseStatus.AllPass, key: key));

        Assert.True((await detect).IsSuccess);
        Assert.Equal(records, request.Body(key)[Challenge.Length..]);
        Assert.Equal(EncryptionType.KeyCoin, request.Header.Encryption);
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 17), Deadline, Token));
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
}
