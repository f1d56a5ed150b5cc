using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Raida.Coins;
using Raida.Protocol;
using Raida.Servers;
using Raida.Tests.Support;
using Raida.Udp;

namespace Raida.Tests.Servers;

/// <summary>The policy for one server: bisection, bounds, fairness and health.</summary>
public sealed class RaidaServerClientTests : IDisposable
{
    private const int Node = 7;
    private const int Full = DetectPayload.MaxCoinsPerDatagram;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly UdpPeer _peer = new();
    private readonly ClientMetrics _metrics;

    public RaidaServerClientTests() => _metrics = new ClientMetrics(_peer.Port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _metrics.Dispose();
        _peer.Dispose();
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(64, 63)]
    [InlineData(37, 17)]
    [InlineData(2, 1)]
    public async Task Unknown_coin_costs_no_other_coin_its_verdict(int coins, int unknown)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var client = _peer.CreateClient();
        var serving = _peer.ServeAsync(request => AnswerUnknown(request, serialNumber => serialNumber == unknown), stopping.Token);

        var reply = await client.DetectAsync(Node, Records.CreateNumbered(coins), Token);

        Assert.Equal(
            Enumerable.Range(0, coins).Select(coin => coin == unknown ? CoinStatus.Error : CoinStatus.Pass),
            reply.Statuses);
        Assert.Equal((ReplyOutcome.Answered, 1), Assert.Single(reply.Failures) is var failure ? (failure.Outcome, failure.Coins) : default);
        await stopping.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task List_of_unknown_coins_is_not_asked_for_coin_by_coin()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var client = _peer.CreateClient(_time);
        var serving = _peer.ServeAsync(request => AnswerUnknown(request, _ => true), stopping.Token);

        var reply = await client.DetectAsync(Node, Records.CreateNumbered(RaidaClient.MaxCoinsPerDetect), Token);

        // One for each of the 16 datagrams, and two for each of the 64 bisections.
        Assert.Equal(16 + (2 * 64), _metrics.Sent);
        Assert.All(reply.Statuses, status => Assert.Equal(CoinStatus.Error, status));
        Assert.Equal(RaidaClient.MaxCoinsPerDetect, Assert.Single(reply.Failures).Coins);
        await stopping.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task Datagrams_with_one_coin_come_close_to_their_bound_and_never_exceed_it()
    {
        // With one transmission fewer than the maximum, the replies to all of these requests fit into the time limit of a detect.
        const int Transmissions = RequestTiming.MaxTransmissions - 1;
        const int Coins = RaidaClient.MaxCoinsPerDetect;
        const uint Coin = 0;
        var received = 0;
        var replied = 0;
        var withCoin = 0;
        var transmissions = new ConcurrentDictionary<string, int>();
        var replies = new ConcurrentDictionary<int, int>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var client = _peer.CreateClient(_time, TimeSpan.FromSeconds(3), confirmsVerdicts: true);
        var serving = _peer.ServeAsync(Reply, stopping.Token);

        // Fast replies shorten the delay before retransmissions, so that the maximum number of them fits into the timeout.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.DetectAsync(Node, Records.Create(1, serialNumber: 1), Token)));
        var detect = client.DetectAsync(Node, Records.CreateNumbered(Coins), Token);
        while (!detect.IsCompleted)
        {
            for (var delay = TimeSpan.FromMilliseconds(50); delay < TimeSpan.FromSeconds(1); delay *= 2)
            {
                await SettleAsync();
                _time.Pass(delay);
            }

            await SettleAsync();
        }

        var reply = await detect;

        Assert.Equal([CoinStatus.Error, .. Enumerable.Repeat(CoinStatus.Pass, Coins - 1)], reply.Statuses);
        Assert.Equal(ReplyOutcome.Contradictory, Assert.Single(reply.Failures).Outcome);
        Assert.InRange(
            withCoin,
            RaidaServerClient.MaxDatagramsPerCoin * Transmissions / RequestTiming.MaxTransmissions * 9 / 10,
            RaidaServerClient.MaxDatagramsPerCoin);
        await stopping.CancelAsync();
        await serving;

        void Reply(ReceivedRequest request)
        {
            var coins = Records.ReadSerialNumbers(request);
            if (!coins.Contains(Coin))
            {
                Send(request, ResponseStatus.AllPass);
            }
            else
            {
                withCoin++;
                if (transmissions.AddOrUpdate(Convert.ToHexString(request.Bytes), 1, (_, count) => count + 1) == Transmissions)
                {
                    // Every second reply reports an unknown coin, which needs the most replies; for a single coin, all replies differ.
                    var number = replies.AddOrUpdate(coins.Count, 1, (_, count) => count + 1);
                    var isUnknown = coins.Count > 1 && number % 2 == 0;
                    var body = new byte[DetectPayload.GetBitFieldLength(coins.Count)];
                    body[0] = (byte)number;
                    Send(request, isUnknown ? ResponseStatus.UnknownCoin : ResponseStatus.Mixed, isUnknown ? [] : body);
                }
            }

            Interlocked.Increment(ref received);
        }

        void Send(ReceivedRequest request, ResponseStatus status, byte[]? body = null)
        {
            Interlocked.Increment(ref replied);
            _peer.Answer(request, status, body);
        }

        Task SettleAsync() => Eventually.HoldsAsync(
            () => Volatile.Read(ref received) == _metrics.Sent && Volatile.Read(ref replied) == _metrics.Answered + _metrics.Unmatched,
            "the server and the client to process what was sent");
    }

    [Fact]
    public async Task Echo_waits_for_at_most_one_datagram_of_a_large_detect()
    {
        await using var client = _peer.CreateClient(_time, maxInFlight: 1);
        var detect = client.DetectAsync(Node, Records.CreateNumbered(RaidaClient.MaxCoinsPerDetect), Token);
        var inFlight = await _peer.ReceiveAsync();
        var echo = client.EchoAsync(Node, Token);
        var order = new List<RaidaCommand>();
        for (var datagram = 0; datagram < 16; datagram++)
        {
            _peer.Answer(inFlight, inFlight.Header.Command == RaidaCommand.Echo ? ResponseStatus.Success : ResponseStatus.AllPass);
            inFlight = await _peer.ReceiveAsync();
            order.Add(inFlight.Header.Command);
        }

        _peer.Answer(inFlight, ResponseStatus.AllPass);
        Assert.True((await detect).IsSuccess);
        Assert.True((await echo).IsSuccess);
        Assert.InRange(order.IndexOf(RaidaCommand.Echo), 0, 1);
    }

    [Fact]
    public async Task Server_that_is_down_is_not_asked_until_a_probe_gets_a_reply()
    {
        using var log = new CollectedLog();
        await using var client = _peer.CreateClient(_time, Timeout, failuresUntilDown: 3, logger: log.CreateLogger<RaidaClient>());
        await FailAsync(client, requests: 3);
        Assert.Equal((ServerState.Down, 3), (client.GetReport(Node).State, client.GetReport(Node).ConsecutiveFailures));

        var echo = await client.EchoAsync(Node, Token);
        var detect = await client.DetectAsync(Node, Records.Create(coins: 3), Token);
        Assert.Equal(ReplyOutcome.ServerDown, echo.Outcome);
        Assert.Equal(Enumerable.Repeat(CoinStatus.Untried, 3), detect.Statuses);
        Assert.Equal((2L, 2L), (_metrics.ServerDown, client.GetReport(Node).NotSent));
        Assert.False(_peer.HasRequest);

        _peer.Answer(await ReceiveProbeAsync(), ResponseStatus.Success);
        await Eventually.HoldsAsync(() => client.GetReport(Node).State == ServerState.Up, "the server to be up");
        await Eventually.HoldsAsync(() => log.Messages.Count() == 2, "both changes to be logged");
        Assert.Contains("is down: its last 3 requests failed", log.Messages.First(), StringComparison.Ordinal);
        Assert.Contains("is up again", log.Messages.Last(), StringComparison.Ordinal);

        var next = client.EchoAsync(Node, Token);
        _peer.Answer(await _peer.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await next).IsSuccess);
    }

    [Fact]
    public async Task Server_that_contradicts_itself_stays_down_until_a_probe_and_goes_down_again_with_the_next_contradiction()
    {
        await using var client = _peer.CreateClient(_time, Timeout, confirmsVerdicts: true, failuresUntilDown: 2);
        await ContradictAsync(client);
        Assert.Equal(ServerState.Up, client.GetReport(Node).State);
        await ContradictAsync(client);
        Assert.Equal(ServerState.Down, client.GetReport(Node).State);

        _peer.Answer(await ReceiveProbeAsync(), ResponseStatus.Success);
        await Eventually.HoldsAsync(() => client.GetReport(Node).State == ServerState.Up, "the server to be up");
        await ContradictAsync(client);
        Assert.Equal(ServerState.Down, client.GetReport(Node).State);

        _peer.Answer(await ReceiveProbeAsync(), ResponseStatus.Success);
        await Eventually.HoldsAsync(() => client.GetReport(Node).State == ServerState.Up, "the server to be up");
        var trusted = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        _peer.Answer(await _peer.ReceiveAsync(), ResponseStatus.AllPass);
        Assert.True((await trusted).IsSuccess);
        await ContradictAsync(client);
        Assert.Equal(ServerState.Up, client.GetReport(Node).State);
    }

    [Fact]
    public async Task Errors_that_nothing_proves_take_a_server_down_and_do_not_bring_it_back()
    {
        await using var client = _peer.CreateClient(_time, Timeout, failuresUntilDown: 1);
        var echo = client.EchoAsync(Node, Token);
        await ForgeAsync(await _peer.ReceiveAsync());
        _time.Pass(Timeout);
        Assert.Equal((ReplyOutcome.Answered, ResponseStatus.InternalError), ((await echo).Outcome, (await echo).Status));
        for (var sent = _metrics.Sent; sent > 1; sent--)
        {
            await _peer.ReceiveAsync();
        }

        Assert.Equal(ServerState.Down, client.GetReport(Node).State);

        await ForgeAsync(await ReceiveProbeAsync());
        await PassUntilAsync(() => client.GetReport(Node).ConsecutiveFailures == 2, "the probe to end");
        Assert.Equal(ServerState.Down, client.GetReport(Node).State);

        async Task ForgeAsync(ReceivedRequest request)
        {
            var forged = _metrics.Forged;
            _peer.Send(request, request.CreateUnsignedAnswer(ResponseStatus.InternalError));
            await Eventually.HoldsAsync(() => _metrics.Forged > forged, "the error to be read");
        }
    }

    [Theory]
    [InlineData(0.9, ServerState.Unknown)]
    [InlineData(1.1, ServerState.Down)]
    public async Task Abandoned_request_counts_as_failure_from_half_of_its_timeout_on(double seconds, ServerState expected)
    {
        await using var client = _peer.CreateClient(_time, Timeout, failuresUntilDown: 1);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var detect = client.DetectAsync(Node, Records.Create(coins: 1), caller.Token);
        await _peer.ReceiveAsync();
        _time.Pass(TimeSpan.FromSeconds(seconds));
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detect);

        Assert.Equal(expected, client.GetReport(Node).State);
    }

    [Fact]
    public async Task Slow_confirmations_and_bisections_end_within_the_limit_of_a_detect()
    {
        var limit = TimeSpan.FromSeconds(7);
        var received = 0;
        var replied = 0;
        var unanswered = new Queue<(ReceivedRequest Request, TimeSpan DueAt)>();
        await using var client = _peer.CreateClient(_time, Timeout, confirmsVerdicts: true);
        var startedAt = _time.GetTimestamp();
        var detect = client.DetectAsync(Node, Records.CreateNumbered(3), Token);
        await Eventually.HoldsAsync(() => _peer.HasRequest, "the first request");
        await Eventually.HoldsAsync(PassAsync, "the detect to end");

        var reply = await detect;

        // The longest published timeout, and an eighth of a second for each coin.
        Assert.InRange(_time.GetElapsedTime(startedAt), TimeSpan.FromSeconds(4), limit);
        Assert.Contains(new DetectFailure(ReplyOutcome.NoReply, CoinStatus.NoReply, "no reply within 6375 ms", 3), reply.Failures);

        async Task<bool> PassAsync()
        {
            while (_peer.HasRequest)
            {
                received++;
                unanswered.Enqueue((await _peer.ReceiveAsync(), _time.GetElapsedTime(startedAt) + TimeSpan.FromSeconds(1.8)));
            }

            // No time passes while a datagram is in flight, nor after the limit: on a busy machine, both sides take longer.
            if (received == _metrics.Sent
                && replied == _metrics.Answered + _metrics.Unmatched
                && _time.GetElapsedTime(startedAt) < limit)
            {
                _time.Pass(TimeSpan.FromMilliseconds(100));
                while (unanswered.TryPeek(out var next) && next.DueAt <= _time.GetElapsedTime(startedAt))
                {
                    replied++;
                    _peer.Answer(unanswered.Dequeue().Request, ResponseStatus.UnknownCoin);
                }
            }

            return detect.IsCompleted;
        }
    }

    [Fact]
    public async Task Probe_without_a_reply_is_followed_by_another()
    {
        await using var client = _peer.CreateClient(_time, Timeout, failuresUntilDown: 1);
        await FailAsync(client, requests: 1);
        var first = await ReceiveProbeAsync();
        var second = first;
        while (second.Bytes.AsSpan().SequenceEqual(first.Bytes))
        {
            second = await ReceiveProbeAsync();
        }

        Assert.Equal(RaidaCommand.Echo, second.Header.Command);
        _peer.Answer(second, ResponseStatus.Success);
        await Eventually.HoldsAsync(() => client.GetReport(Node).State == ServerState.Up, "the server to be up");
    }

    [Fact]
    public async Task Requests_that_were_queued_when_the_server_went_down_are_not_sent()
    {
        const int InFlight = 4;
        await using var client = _peer.CreateClient(_time, Timeout, maxInFlight: InFlight, failuresUntilDown: 3);
        var detect = client.DetectAsync(Node, Records.CreateNumbered(RaidaClient.MaxCoinsPerDetect), Token);
        var coins = new HashSet<uint>();
        while (coins.Count < InFlight)
        {
            coins.Add(Records.ReadSerialNumbers(await _peer.ReceiveAsync())[0]);
        }

        // Some may be sent before the third failure is recorded; they need their own timeout.
        await PassUntilAsync(() => detect.IsCompleted, "the detect to end");
        var reply = await detect;

        var unanswered = reply.Statuses.Count(status => status == CoinStatus.NoReply);
        Assert.InRange(unanswered, 3 * Full, (InFlight + 3) * Full);
        Assert.Equal(RaidaClient.MaxCoinsPerDetect - unanswered, reply.Statuses.Count(status => status == CoinStatus.Untried));
    }

    [Fact]
    public async Task Metrics_name_the_server_and_the_outcome()
    {
        await using var client = _peer.CreateClient();
        var echo = client.EchoAsync(Node, Token);
        _peer.Answer(await _peer.ReceiveAsync(), ResponseStatus.Success);
        await echo;

        Assert.Equal((1L, 1L, 0L, 0L), (_metrics.Sent, _metrics.Answered, _metrics.NoReply, _metrics.Connections));
    }

    /// <summary>Answers a detect with four different errors.</summary>
    private async Task ContradictAsync(RaidaClient client)
    {
        var detect = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        ResponseStatus[] statuses = [ResponseStatus.AllFail, ResponseStatus.InternalError, ResponseStatus.NetworkError, ResponseStatus.OutOfMemory];
        foreach (var status in statuses)
        {
            _peer.Answer(await _peer.ReceiveAsync(), status);
        }

        Assert.Equal(ReplyOutcome.Contradictory, Assert.Single((await detect).Failures).Outcome);
    }

    private void AnswerUnknown(ReceivedRequest request, Func<uint, bool> isUnknown) => _peer.Answer(
        request,
        Records.ReadSerialNumbers(request).Any(isUnknown) ? ResponseStatus.UnknownCoin : ResponseStatus.AllPass);

    /// <summary>Lets echoes time out, and discards their datagrams.</summary>
    private async Task FailAsync(RaidaClient client, int requests)
    {
        var echoes = Enumerable.Range(0, requests).Select(_ => client.EchoAsync(Node, Token)).ToArray();
        await Eventually.HoldsAsync(() => _metrics.Sent == requests, "the echoes to be sent");
        _time.Pass(Timeout);
        Assert.All(await Task.WhenAll(echoes), reply => Assert.Equal(ReplyOutcome.NoReply, reply.Outcome));
        for (var sent = _metrics.Sent; sent > 0; sent--)
        {
            await _peer.ReceiveAsync();
        }
    }

    /// <summary>Waits for a probe, whose delay begins shortly after the server went down.</summary>
    private async Task<ReceivedRequest> ReceiveProbeAsync()
    {
        await PassUntilAsync(() => _peer.HasRequest, "a probe");
        return await _peer.ReceiveAsync();
    }

    private Task PassUntilAsync(Func<bool> condition, string what) => Eventually.HoldsAsync(
        () =>
        {
            _time.Pass(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        what);
}
