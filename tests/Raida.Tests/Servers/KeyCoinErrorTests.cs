using Microsoft.Extensions.Time.Testing;
using Raida.Coins;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests.Servers;

/// <summary>Errors by datagram without a usable signature, as sent by servers that do not know the key coin.</summary>
public sealed class KeyCoinErrorTests : IDisposable
{
    private const int Node = 7;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    private readonly KeyCoin _keyCoin = Records.CreateKeyCoin();
    private readonly TcpPeer _peer = new();
    private readonly ClientMetrics _metrics;

    public KeyCoinErrorTests() => _metrics = new ClientMetrics(_peer.Port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _metrics.Dispose();
        _peer.Dispose();
    }

    [Theory]
    [InlineData(ResponseStatus.UnknownKeyCoin)]
    [InlineData(ResponseStatus.DecryptionFailed)]
    [InlineData(ResponseStatus.WrongCrc)]
    public async Task Key_coin_error_is_proven_over_TCP_at_once_and_needs_no_confirmation(ResponseStatus status)
    {
        await using var client = _peer.CreateClient(keyCoin: _keyCoin, confirmsVerdicts: true);
        var detect = AskAsync(client);
        await ReportErrorAsync(status);
        await ProveAsync(status);

        var reply = await detect.WaitAsync(Eventually.DefaultTimeout, Token);

        AssertError(reply, status);
        Assert.Equal((1L, 1L), (_metrics.Sent, _metrics.Connections));
    }

    [Fact]
    public async Task Unproven_error_by_datagram_decides_nothing()
    {
        await using var client = _peer.CreateClient();
        var detect = AskAsync(client);
        await ReportErrorAsync(ResponseStatus.InternalError);
        using var request = await _peer.ReceiveAsync();
        Assert.False(detect.IsCompleted);

        request.Answer(ResponseStatus.AllPass);

        Assert.Equal(CoinStatus.Pass, (await detect).Statuses[0]);
    }

    [Fact]
    public async Task Requests_with_the_same_key_coin_error_are_proven_by_one_connection()
    {
        const int Requests = 60;
        await using var client = _peer.CreateClient(keyCoin: _keyCoin, confirmsVerdicts: true);
        var detects = Enumerable.Range(0, Requests).Select(_ => AskAsync(client)).ToArray();
        for (var reported = 0; reported < Requests; reported++)
        {
            await ReportErrorAsync(ResponseStatus.WrongCrc);
        }

        await Eventually.HoldsAsync(() => _metrics.Forged == Requests, "the errors to be read");
        Assert.DoesNotContain(detects, detect => detect.IsCompleted);
        await ProveAsync(ResponseStatus.WrongCrc);

        var replies = await Task.WhenAll(detects).WaitAsync(Eventually.DefaultTimeout, Token);

        Assert.All(replies, reply => AssertError(reply, ResponseStatus.WrongCrc));
        Assert.Equal(1, _metrics.Connections);
    }

    [Fact]
    public async Task Key_coin_error_proven_over_TCP_is_believed_by_datagram_for_a_minute()
    {
        var time = new FakeTimeProvider();
        await using var client = _peer.CreateClient(time, Timeout, _keyCoin, confirmsVerdicts: true);
        await AskAndProveAsync(client, ResponseStatus.UnknownKeyCoin);

        time.Advance(TimeSpan.FromSeconds(59));
        var believed = AskAsync(client);
        await ReportErrorAsync(ResponseStatus.UnknownKeyCoin);
        AssertError(await believed.WaitAsync(Eventually.DefaultTimeout, Token), ResponseStatus.UnknownKeyCoin);
        Assert.Equal(1, _metrics.Connections);

        // A datagram proves nothing: the minute began with the connection.
        time.Advance(TimeSpan.FromSeconds(1));
        await AskAndProveAsync(client, ResponseStatus.UnknownKeyCoin);
        Assert.Equal(2, _metrics.Connections);

        // Another error has not been proven.
        await AskAndProveAsync(client, ResponseStatus.DecryptionFailed);
        Assert.Equal(3, _metrics.Connections);
    }

    [Fact]
    public async Task Key_coin_error_proven_over_TCP_is_not_believed_for_an_unencrypted_echo()
    {
        await using var client = _peer.CreateClient(keyCoin: _keyCoin, confirmsVerdicts: true);
        await AskAndProveAsync(client, ResponseStatus.UnknownKeyCoin);
        var echo = client.EchoAsync(Node, Token);
        await ReportErrorAsync(ResponseStatus.UnknownKeyCoin);

        using var request = await _peer.ReceiveAsync();
        request.Answer(ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Error_that_TCP_disproved_is_believed_for_no_request()
    {
        const int Requests = 4;
        await using var client = _peer.CreateClient(keyCoin: _keyCoin);
        var detects = Enumerable.Range(0, Requests).Select(_ => AskAsync(client)).ToArray();
        for (var reported = 0; reported < Requests; reported++)
        {
            await ReportErrorAsync(ResponseStatus.UnknownKeyCoin);
        }

        // Each opens its own connection, one after the other.
        await Eventually.HoldsAsync(() => _metrics.Forged == Requests, "the errors to be read");
        for (var disproved = 0; disproved < Requests; disproved++)
        {
            await DisproveAsync();
        }

        Assert.All(await Task.WhenAll(detects).WaitAsync(Eventually.DefaultTimeout, Token), reply => Assert.True(reply.IsSuccess));
        var later = AskAsync(client);
        await ReportErrorAsync(ResponseStatus.UnknownKeyCoin);
        await DisproveAsync();
        Assert.True((await later).IsSuccess);
    }

    [Fact]
    public async Task Cancelled_request_leaves_the_proof_to_the_others()
    {
        using var cancellation = new CancellationTokenSource();
        await using var client = _peer.CreateClient(keyCoin: _keyCoin);
        var cancelled = client.DetectAsync(Node, Records.Create(coins: 3), cancellation.Token);
        await ReportErrorAsync(ResponseStatus.WrongCrc);
        using var lost = await _peer.ReceiveAsync();
        var waiting = AskAsync(client);
        await ReportErrorAsync(ResponseStatus.WrongCrc);
        await Eventually.HoldsAsync(() => _metrics.Forged == 2, "the errors to be read");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await ProveAsync(ResponseStatus.WrongCrc);

        AssertError(await waiting.WaitAsync(Eventually.DefaultTimeout, Token), ResponseStatus.WrongCrc);
    }

    [Theory]
    [InlineData(ResponseStatus.UnknownKeyCoin, CoinStatus.Undecryptable)]
    [InlineData(ResponseStatus.WrongLength, CoinStatus.Error)]
    public async Task Unproven_error_counts_as_the_reply_at_the_timeout(ResponseStatus status, CoinStatus expected)
    {
        var timeout = TimeSpan.FromSeconds(3);
        var time = new FakeTimeProvider();
        await using var client = _peer.CreateClient(time, timeout, _keyCoin, confirmsVerdicts: true);
        var detects = Enumerable.Range(0, 6).Select(_ => AskAsync(client)).ToArray();
        for (var reported = 0; reported < detects.Length; reported++)
        {
            await ReportErrorAsync(status);
        }

        await Eventually.HoldsAsync(() => _metrics.Forged == detects.Length, "the errors to be read");
        time.Pass(timeout - TimeSpan.FromMilliseconds(2));
        Assert.DoesNotContain(detects, detect => detect.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(4));

        Assert.All(await Task.WhenAll(detects).WaitAsync(Eventually.DefaultTimeout, Token), reply => AssertError(reply, status, expected));
        Assert.Equal((0L, 6L), (_metrics.NoReply, _metrics.Answered));

        // The error came at once: the server is not slow.
        Assert.All(client.GetReport(Node).Latencies, latency => Assert.Equal(TimeSpan.Zero, latency));
    }

    private byte[] Key => _keyCoin.GetKey(Node).ToArray();

    private static void AssertError(DetectReply reply, ResponseStatus status, CoinStatus expected = CoinStatus.Undecryptable) =>
        Assert.Equal([new DetectFailure(ReplyOutcome.Answered, expected, $"answered {status.Describe()}", 3)], reply.Failures);

    private static Task<DetectReply> AskAsync(RaidaClient client) =>
        client.DetectAsync(Node, Records.Create(coins: 3), Token);

    /// <summary>Replies to the next datagram with an unsigned error.</summary>
    private async Task ReportErrorAsync(ResponseStatus status)
    {
        var datagram = await _peer.Udp.ReceiveAsync();
        _peer.Udp.Send(datagram, datagram.CreateUnsignedAnswer(status));
    }

    private async Task ProveAsync(ResponseStatus status)
    {
        using var request = await _peer.ReceiveAsync();
        request.Send(request.Request.CreateUnsignedAnswer(status));
    }

    private async Task DisproveAsync()
    {
        using var request = await _peer.ReceiveAsync();
        request.Send(request.Request.CreateAnswer(ResponseStatus.AllPass, key: Key));
    }

    private async Task AskAndProveAsync(RaidaClient client, ResponseStatus status)
    {
        var detect = AskAsync(client);
        await ReportErrorAsync(status);
        await ProveAsync(status);
        AssertError(await detect.WaitAsync(Eventually.DefaultTimeout, Token), status);
    }
}
