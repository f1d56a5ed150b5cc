using Microsoft.Extensions.Time.Testing;
using Raida.Coins;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests.Tcp;

/// <summary>TCP as the last resort for requests whose datagrams get no reply.</summary>
public sealed class TcpFallbackTests : IDisposable
{
    private const int Node = 7;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly TcpPeer _peer = new();
    private readonly ClientMetrics _metrics;

    public TcpFallbackTests() => _metrics = new ClientMetrics(_peer.Port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _metrics.Dispose();
        _peer.Dispose();
    }

    [Fact]
    public async Task Request_without_a_reply_is_sent_over_TCP_at_half_of_its_timeout()
    {
        await using var client = CreateClient();
        var detect = client.DetectAsync(Node, Records.Create(coins: 3), Token);
        var datagram = await _peer.Udp.ReceiveAsync();
        _time.Pass((Timeout / 2) - Moment);
        Assert.False(_peer.HasConnection);

        _time.Pass(2 * Moment);
        using var request = await _peer.ReceiveAsync();
        Assert.Equal(datagram.Bytes, request.Request.Bytes);
        request.Answer(ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).Statuses[2]);
        Assert.Equal(1, _metrics.Answered);
    }

    [Fact]
    public async Task Request_is_sent_over_TCP_only_once_and_still_ends_at_its_timeout()
    {
        await using var client = CreateClient();
        var echo = client.EchoAsync(Node, Token);
        await _peer.Udp.ReceiveAsync();
        _time.Pass(Timeout / 2);
        using var request = await _peer.ReceiveAsync();
        _time.Pass((Timeout / 2) - Moment);
        Assert.False(echo.IsCompleted);
        Assert.False(_peer.HasConnection);
        _time.Pass(2 * Moment);

        Assert.Equal(ReplyOutcome.NoReply, (await echo).Outcome);
        Assert.Equal(1, _metrics.Connections);
    }

    [Fact]
    public async Task Datagram_still_counts_while_TCP_is_tried()
    {
        await using var client = CreateClient();
        var echo = client.EchoAsync(Node, Token);
        var datagram = await _peer.Udp.ReceiveAsync();
        _time.Pass(Timeout / 2);
        using var request = await _peer.ReceiveAsync();

        _peer.Udp.Answer(datagram, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Datagram_still_counts_after_TCP_was_refused()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(_time, Timeout);
        var echo = client.EchoAsync(Node, Token);
        var datagram = await peer.ReceiveAsync();
        _time.Pass(Timeout / 2);
        await Eventually.HoldsAsync(() => metrics.Connections == 1, "TCP to be tried");

        peer.Answer(datagram, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Datagram_still_counts_after_a_connection_broke()
    {
        await using var client = CreateClient();
        var echo = client.EchoAsync(Node, Token);
        var datagram = await _peer.Udp.ReceiveAsync();
        _time.Pass(Timeout / 2);
        (await _peer.ReceiveAsync()).Break();

        _peer.Udp.Answer(datagram, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Requests_that_fall_back_together_use_one_connection_after_the_other()
    {
        await using var client = CreateClient();
        var echoes = new[] { client.EchoAsync(Node, Token), client.EchoAsync(Node, Token) };
        await _peer.Udp.ReceiveAsync();
        await _peer.Udp.ReceiveAsync();
        _time.Pass(Timeout / 2);

        using var first = await _peer.ReceiveAsync();
        _time.Pass(Timeout / 4);
        Assert.False(_peer.HasConnection);
        first.Answer(ResponseStatus.Success);
        using var second = await _peer.ReceiveAsync();
        second.Answer(ResponseStatus.Success);

        Assert.All(await Task.WhenAll(echoes), reply => Assert.True(reply.IsSuccess));
    }

    [Fact]
    public async Task Burst_gets_every_verdict_over_one_connection_at_a_time_even_after_its_timeout()
    {
        const int Detects = 4, Datagrams = 64, BeforeTimeout = 3;
        await using var client = CreateClient();
        var detects = Enumerable.Range(0, Detects)
            .Select(_ => client.DetectAsync(Node, Records.Create(Datagrams / Detects * DetectPayload.MaxCoinsPerDatagram), Token))
            .ToArray();
        await Eventually.HoldsAsync(() => _metrics.Sent == Datagrams, "all datagrams to be sent");
        _time.Pass(Timeout / 2);

        for (var connection = 0; connection < Datagrams; connection++)
        {
            using var request = await _peer.ReceiveAsync();
            if (connection == BeforeTimeout)
            {
                _time.Pass(Timeout);
            }

            Assert.False(_peer.HasConnection);
            request.Answer(ResponseStatus.AllPass);
        }

        Assert.All(await Task.WhenAll(detects), reply => Assert.True(reply.IsSuccess));
        Assert.Equal(Datagrams, _metrics.Connections);
    }

    [Fact]
    public async Task Unresponsive_server_is_not_tried_over_TCP_by_requests_that_have_timed_out()
    {
        await using var client = CreateClient();
        var echoes = Enumerable.Range(0, 8).Select(_ => client.EchoAsync(Node, Token)).ToArray();
        await Eventually.HoldsAsync(() => _metrics.Sent == 8, "all datagrams to be sent");
        _time.Pass(Timeout / 2);
        using var request = await _peer.ReceiveAsync();
        _time.Pass(Timeout / 2);

        Assert.All(await Task.WhenAll(echoes), reply => Assert.Equal(ReplyOutcome.NoReply, reply.Outcome));

        // A queued request may still connect before its timeout is recorded.
        Assert.InRange(_metrics.Connections, 1, 4);
    }

    [Fact]
    public async Task Verdict_over_TCP_without_the_right_signature_does_not_count()
    {
        await using var client = CreateClient();
        var (detect, request) = await FallBackAsync(client, coins: 64);
        var forged = request.Request.CreateAnswer(ResponseStatus.AllPass);
        forged[^1] ^= 1;
        request.Send(forged);

        await AssertNoReplyAsync(detect);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(40)]
    public async Task Truncated_reply_over_TCP_does_not_count(int length)
    {
        await using var client = CreateClient();
        var (detect, request) = await FallBackAsync(client, coins: 64);
        request.Send(request.Request.CreateAnswer(ResponseStatus.Mixed, new byte[8])[..length]);

        await AssertNoReplyAsync(detect);
    }

    [Fact]
    public async Task Reply_over_TCP_that_claims_to_be_endless_does_not_count()
    {
        await using var client = CreateClient();
        var (detect, request) = await FallBackAsync(client, coins: 64);
        var answer = request.Request.CreateAnswer(ResponseStatus.Mixed, new byte[8]);
        answer[9] = 0xFF;
        request.Send(answer);

        await AssertNoReplyAsync(detect);
    }

    [Fact]
    public async Task Error_over_TCP_counts_without_a_signature_and_needs_no_confirmation()
    {
        await using var client = _peer.CreateClient(_time, Timeout, confirmsVerdicts: true);
        var (detect, request) = await FallBackAsync(client, coins: 1);
        var answer = new byte[ResponseHeader.Length];
        new ResponseHeader { RaidaId = Node, Status = ResponseStatus.WrongCoinId }.Write(answer, new byte[ResponseHeader.SignatureLength]);
        request.Send(answer);

        var reply = await detect;

        Assert.Equal([new DetectFailure(ReplyOutcome.Answered, CoinStatus.Error, "answered status 7, wrong coin id", 1)], reply.Failures);
        Assert.Equal(1, _metrics.Connections);
    }

    [Fact]
    public async Task Cancelled_request_closes_its_connection_and_the_next_connects()
    {
        using var cancellation = new CancellationTokenSource();
        await using var client = CreateClient();
        var cancelled = client.EchoAsync(Node, cancellation.Token);
        await _peer.Udp.ReceiveAsync();
        _time.Pass(Moment);
        var next = client.EchoAsync(Node, Token);
        await Eventually.HoldsAsync(() => _metrics.Sent == 2, "both datagrams to be sent");
        _time.Pass((Timeout / 2) - Moment);
        using var request = await _peer.ReceiveAsync();
        _time.Pass(Moment);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        (await _peer.ReceiveAsync()).Answer(ResponseStatus.Success);
        Assert.True((await next).IsSuccess);
    }

    private RaidaClient CreateClient() => _peer.CreateClient(_time, Timeout);

    private async Task<(Task<DetectReply> Detect, TcpRequest Request)> FallBackAsync(RaidaClient client, int coins)
    {
        var detect = client.DetectAsync(Node, Records.Create(coins), Token);
        await _peer.Udp.ReceiveAsync();
        _time.Pass(Timeout / 2);
        return (detect, await _peer.ReceiveAsync());
    }

    private async Task AssertNoReplyAsync(Task<DetectReply> detect)
    {
        _time.Pass(Timeout);
        Assert.Equal(ReplyOutcome.NoReply, Assert.Single((await detect).Failures).Outcome);
    }
}
