using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Raida.Coins;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests;

public sealed class RaidaClientTests
{
    private const int Node = 7;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Echo_with_a_reply_succeeds()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);

        var reply = await echo;

        Assert.True(reply.IsSuccess);
        Assert.Equal(Node, request.Header.RaidaId);
        Assert.Equal(RaidaCommand.Echo, request.Header.Command);
        Assert.Equal(RaidaNetwork.CloudCoinId, request.Header.CoinId);
        Assert.Equal((1L, 1L), (metrics.Sent, metrics.Answered));
        Assert.Equal((1L, 0L), (client.GetReport(Node).Answered, client.GetReport(Node + 1).Answered));
    }

    [Theory]
    [InlineData(ResponseStatus.AllPass, CoinStatus.Pass)]
    [InlineData(ResponseStatus.AllFail, CoinStatus.Fail)]
    [InlineData(ResponseStatus.TooManyRequests, CoinStatus.Error)]
    [InlineData(ResponseStatus.WrongCrc, CoinStatus.Error)]
    [InlineData(ResponseStatus.UnknownKeyCoin, CoinStatus.Undecryptable)]
    [InlineData(ResponseStatus.DecryptionFailed, CoinStatus.Undecryptable)]
    public async Task Every_coin_of_a_detect_has_the_status_of_the_reply(ResponseStatus answer, CoinStatus expected)
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, Records.Create(coins: 3), Token);
        peer.Answer(await peer.ReceiveAsync(), answer);

        var reply = await detect;

        Assert.Equal(Enumerable.Repeat(expected, 3), reply.Statuses);
        Assert.Equal(expected is CoinStatus.Pass or CoinStatus.Fail, reply.IsSuccess);
    }

    [Fact]
    public async Task Replies_in_any_order_reach_the_requests_that_they_belong_to()
    {
        const int Requests = 60;
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detects = Enumerable.Range(0, Requests)
            .Select(i => client.DetectAsync(Node, Records.Create(coins: 8, serialNumber: (uint)i), Token))
            .ToArray();
        var received = new List<ReceivedRequest>();
        while (received.Count < Requests)
        {
            received.Add(await peer.ReceiveAsync());
        }

        // Each request gets its own serial number as the bit field, the last one first.
        foreach (var request in received.AsEnumerable().Reverse())
        {
            peer.Answer(request, ResponseStatus.Mixed, [(byte)Records.ReadSerialNumbers(request)[0]]);
        }

        var replies = await Task.WhenAll(detects);

        Assert.Equal(
            Enumerable.Range(0, Requests),
            replies.Select(reply => reply.Statuses.Select((status, coin) => status == CoinStatus.Pass ? 1 << coin : 0).Sum()));
        Assert.Equal(Requests, received.Select(request => request.Header.EchoId).Distinct().Count());
    }

    [Fact]
    public async Task Request_without_a_reply_ends_at_its_timeout_and_not_before()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, Timeout);
        var echo = client.EchoAsync(Node, Token);
        await peer.ReceiveAsync();

        time.Pass(Timeout - TimeSpan.FromMilliseconds(2));
        Assert.False(echo.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(2));
        var reply = await echo;

        Assert.Equal(ReplyOutcome.NoReply, reply.Outcome);
        Assert.Equal((Timeout, Timeout), (reply.Latency, reply.Timeout));
    }

    [Fact]
    public async Task Detect_without_a_reply_reports_why_its_coins_have_no_verdict()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, Timeout);
        var detect = client.DetectAsync(Node, Records.Create(coins: 65), Token);
        var requests = new[] { await peer.ReceiveAsync(), await peer.ReceiveAsync() };
        peer.Answer(requests.MinBy(request => request.Bytes.Length)!, ResponseStatus.AllPass);
        await Eventually.HoldsAsync(() => client.GetReport(Node).Answered == 1, "the reply to one datagram");

        time.Pass(Timeout);
        var reply = await detect;

        Assert.Equal(64, reply.Statuses.Count(status => status == CoinStatus.NoReply));
        Assert.Equal(CoinStatus.Pass, reply.Statuses[64]);
        Assert.Equal([new DetectFailure(ReplyOutcome.NoReply, CoinStatus.NoReply, "no reply within 2000 ms", 64)], reply.Failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Request_without_a_reply_is_retransmitted_with_doubling_delays_and_any_reply_counts(int answered)
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, TimeSpan.FromSeconds(20));
        var echo = client.EchoAsync(Node, Token);
        var requests = new List<ReceivedRequest> { await peer.ReceiveAsync() };
        for (var delay = TimeSpan.FromSeconds(2); requests.Count < 4; delay *= 2)
        {
            time.Pass(delay - TimeSpan.FromMilliseconds(2));
            Assert.False(peer.HasRequest);
            time.Pass(TimeSpan.FromMilliseconds(2));
            requests.Add(await peer.ReceiveAsync());
            Assert.Equal(requests[0].Bytes, requests[^1].Bytes);
        }

        peer.Answer(requests[answered], ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Late_reply_does_not_count_for_a_later_request()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(time, Timeout);
        var first = client.EchoAsync(Node, Token);
        var firstRequest = await peer.ReceiveAsync();
        time.Pass(Timeout);
        Assert.Equal(ReplyOutcome.NoReply, (await first).Outcome);

        var second = client.EchoAsync(Node, Token);
        var secondRequest = await peer.ReceiveAfterAsync(firstRequest);
        peer.Answer(firstRequest, ResponseStatus.InternalError);
        await Eventually.HoldsAsync(() => metrics.Unmatched == 1, "the late reply to be counted");
        Assert.False(second.IsCompleted);
        peer.Answer(secondRequest, ResponseStatus.Success);

        Assert.True((await second).IsSuccess);
    }

    [Fact]
    public async Task Second_reply_to_the_same_request_is_discarded()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);
        peer.Answer(request, ResponseStatus.InternalError);

        Assert.True((await echo).IsSuccess);
        await Eventually.HoldsAsync(() => metrics.Unmatched == 1, "the duplicate to be counted");
    }

    [Fact]
    public async Task Reply_with_any_wrong_byte_of_the_signature_is_discarded_and_the_right_one_counts()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        var request = await peer.ReceiveAsync();
        for (var i = 0; i < ResponseHeader.SignatureLength; i++)
        {
            var forged = request.CreateAnswer(ResponseStatus.AllPass);
            forged[ResponseHeader.SignatureOffset + i] ^= 1;
            peer.Send(request, forged);
        }

        await Eventually.HoldsAsync(() => metrics.Forged == ResponseHeader.SignatureLength, "the forged replies to be counted");
        Assert.False(detect.IsCompleted);
        peer.Answer(request, ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).Statuses[0]);
    }

    [Fact]
    public async Task Reply_from_another_port_never_counts()
    {
        using var peer = new UdpPeer();
        using var stranger = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        var request = await peer.ReceiveAsync();

        // Every byte is right, only the sender is wrong. The second reply shows that the first one had time to arrive.
        stranger.Answer(request, ResponseStatus.AllPass);
        peer.Answer(request, ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).Statuses[0]);
    }

    [Fact]
    public async Task Truncated_and_oversized_replies_are_discarded()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, Records.Create(coins: 9), Token);
        var request = await peer.ReceiveAsync();
        var right = request.CreateAnswer(ResponseStatus.Mixed, [0xFF, 0x01]);
        byte[][] wrong =
        [
            [],
            right[..10],
            right[..^1],
            [.. right, 0],
            [.. right, .. new byte[4000]],
            request.CreateAnswer(ResponseStatus.Mixed),
            request.CreateAnswer(ResponseStatus.Mixed, [0xFF]),
            request.CreateAnswer(ResponseStatus.Mixed, [0xFF, 1, 0]),
            request.CreateAnswer(ResponseStatus.AllPass, [1]),
        ];
        foreach (var datagram in wrong)
        {
            peer.Send(request, datagram);
        }

        await Eventually.HoldsAsync(() => metrics.Malformed == wrong.Length, "the malformed replies to be counted");
        Assert.False(detect.IsCompleted);
        peer.Send(request, right);

        Assert.Equal(CoinStatus.Pass, (await detect).Statuses[8]);
    }

    [Fact]
    public async Task Reply_of_another_RAIDA_or_command_group_is_discarded()
    {
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        var otherRaida = request.CreateAnswer(ResponseStatus.Success);
        otherRaida[0] = Node + 1;
        var otherGroup = request.CreateAnswer(ResponseStatus.Success);
        otherGroup[3] = 1;
        peer.Send(request, otherRaida);
        peer.Send(request, otherGroup);

        await Eventually.HoldsAsync(() => metrics.Malformed == 2, "both replies to be counted");
        Assert.False(echo.IsCompleted);
        peer.Answer(request, ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Closed_port_is_reported_as_refused_without_a_timeout()
    {
        using var closed = CloseSomePort(out var port);
        await using var client = UdpPeer.CreateClient(port);

        var echo = await client.EchoAsync(Node, Token);
        var detect = await client.DetectAsync(Node, Records.Create(coins: 1), Token);

        Assert.Equal(ReplyOutcome.Refused, echo.Outcome);
        Assert.Equal(CoinStatus.Error, detect.Statuses[0]);
        Assert.InRange(echo.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Server_that_comes_back_on_its_port_is_reached_again()
    {
        using var closed = CloseSomePort(out var port);
        await using var client = UdpPeer.CreateClient(port);
        var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.EchoAsync(Node, Token)));
        Assert.All(refused, reply => Assert.Equal(ReplyOutcome.Refused, reply.Outcome));

        closed.Dispose();
        using var returned = new UdpPeer(port);
        var echo = client.EchoAsync(Node, Token);
        returned.Answer(await returned.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task Network_error_on_this_side_is_reported_as_dropped()
    {
        // Sending to the broadcast address requires a socket option: the error comes from the local kernel.
        var servers = Enumerable.Repeat(new RaidaServer("255.255.255.255", 50000), RaidaNetwork.NodeCount).ToArray();
        await using var client = new RaidaClient(new RaidaClientOptions { Servers = servers });

        var echo = await client.EchoAsync(Node, Token);
        var detect = await client.DetectAsync(Node, Records.Create(coins: 1), Token);

        Assert.Equal(ReplyOutcome.Dropped, echo.Outcome);
        Assert.Equal(CoinStatus.Dropped, detect.Statuses[0]);
        Assert.Equal(2, client.GetReport(Node).Dropped);
    }

    [Fact]
    public async Task Cancelled_request_ends_at_once_and_the_next_is_sent()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = client.EchoAsync(Node, cancellation.Token);
        await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, Token);
        Assert.False(peer.HasRequest);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await second).IsSuccess);
    }

    [Fact]
    public async Task Queued_request_that_is_cancelled_is_never_sent()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        peer.Answer(request, ResponseStatus.Success);
        await first;

        Assert.Equal(1, metrics.Sent);
        Assert.False(peer.HasRequest);
    }

    [Fact]
    public async Task Requests_in_flight_are_bounded_and_the_others_follow_in_order()
    {
        const int InFlight = 4, Datagrams = 16;
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(new FakeTimeProvider(), maxInFlight: InFlight);

        // Requests are only ordered once the socket is open: those that wait for it to open are in any order.
        await EchoAsync(client, peer);
        var detect = client.DetectAsync(Node, Records.CreateNumbered(Datagrams * DetectPayload.MaxCoinsPerDatagram), Token);
        var order = new List<uint>();
        var inFlight = new Queue<ReceivedRequest>();
        while (order.Count < Datagrams)
        {
            var request = await peer.ReceiveAsync();
            order.Add(Records.ReadSerialNumbers(request)[0]);
            inFlight.Enqueue(request);
            Assert.InRange(inFlight.Count, 1, InFlight);
            if (inFlight.Count == InFlight)
            {
                // Any further request would have arrived by now.
                Assert.False(peer.HasRequest);
                peer.Answer(inFlight.Dequeue(), ResponseStatus.AllPass);
            }
        }

        foreach (var request in inFlight)
        {
            peer.Answer(request, ResponseStatus.AllPass);
        }

        Assert.True((await detect).IsSuccess);
        Assert.Equal(Enumerable.Range(0, Datagrams).Select(datagram => (uint)(datagram * DetectPayload.MaxCoinsPerDatagram)), order);
    }

    [Fact]
    public async Task Queued_request_has_its_whole_timeout_after_its_first_transmission()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, Timeout, maxInFlight: 1);
        var first = client.EchoAsync(Node, Token);
        var firstRequest = await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, Token);
        time.Pass(Timeout);
        Assert.Equal(ReplyOutcome.NoReply, (await first).Outcome);
        var secondRequest = await peer.ReceiveAfterAsync(firstRequest);

        time.Pass(Timeout - TimeSpan.FromMilliseconds(2));
        Assert.False(second.IsCompleted);
        peer.Answer(secondRequest, ResponseStatus.Success);

        var reply = await second;
        Assert.True(reply.IsSuccess);
        Assert.Equal(Timeout - TimeSpan.FromMilliseconds(2), reply.Latency);
    }

    [Fact]
    public async Task Named_server_is_resolved_and_reached()
    {
        using var peer = new UdpPeer();
        var servers = Enumerable.Repeat(new RaidaServer("localhost", peer.Port), RaidaNetwork.NodeCount).ToArray();
        await using var client = new RaidaClient(new RaidaClientOptions { Servers = servers, EchoTimeout = Eventually.DefaultTimeout });
        var echoes = Enumerable.Range(0, 10).Select(_ => client.EchoAsync(Node, Token)).ToArray();
        for (var i = 0; i < echoes.Length; i++)
        {
            peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        }

        Assert.All(await Task.WhenAll(echoes), reply => Assert.True(reply.IsSuccess));
    }

    [Fact]
    public async Task Server_that_reports_another_RAIDA_id_is_logged()
    {
        using var log = new CollectedLog();
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(logger: log.CreateLogger<RaidaClient>());
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        var answer = CreateHeaderError(ResponseStatus.WrongRaidaId);
        answer[0] = Node + 1;
        peer.Send(request, answer);

        await Eventually.HoldsAsync(() => metrics.HeaderErrors == 1, "the reply to be counted");
        await Eventually.HoldsAsync(() => log.Messages.Any(), "the reply to be logged");
        Assert.Contains("status 3, wrong RAIDA id", Assert.Single(log.Messages), StringComparison.Ordinal);
        Assert.False(echo.IsCompleted);
    }

    [Fact]
    public async Task Rejected_headers_are_logged_at_most_every_ten_seconds()
    {
        var time = new FakeTimeProvider();
        using var log = new CollectedLog();
        using var peer = new UdpPeer();
        using var metrics = new ClientMetrics(peer.Port);
        await using var client = peer.CreateClient(time, Timeout, logger: log.CreateLogger<RaidaClient>());
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        for (var i = 0; i < 3; i++)
        {
            peer.Send(request, CreateHeaderError(ResponseStatus.WrongCoinId));
        }

        await Eventually.HoldsAsync(() => metrics.HeaderErrors == 3, "the replies to be counted");
        Assert.Contains("status 7, wrong coin id", Assert.Single(log.Messages), StringComparison.Ordinal);
        Assert.False(echo.IsCompleted);

        time.Pass(TimeSpan.FromSeconds(11));
        peer.Send(request, CreateHeaderError(ResponseStatus.WrongCoinId));
        await Eventually.HoldsAsync(() => log.Messages.Count() == 2, "the fourth reply to be logged");
        Assert.Contains("4 such replies", log.Messages.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_with_the_status_of_another_command_is_no_success()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.AllPass);
        var detect = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);

        Assert.False((await echo).IsSuccess);
        Assert.False((await detect).IsSuccess);
        Assert.Equal(CoinStatus.Error, (await detect).Statuses[0]);
    }

    [Fact]
    public async Task Detects_are_encrypted_with_the_key_coin_16_coins_a_datagram()
    {
        var keyCoin = Records.CreateKeyCoin();
        var key = keyCoin.GetKey(Node).ToArray();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(keyCoin: keyCoin);
        var records = Records.CreateNumbered(coins: 25);
        var detect = client.DetectAsync(Node, records, Token);
        var requests = new[] { await peer.ReceiveAsync(), await peer.ReceiveAsync() }
            .OrderByDescending(request => request.Bytes.Length)
            .ToArray();
        peer.Send(requests[0], requests[0].CreateAnswer(ResponseStatus.AllFail, key: key));
        peer.Send(requests[1], requests[1].CreateAnswer(ResponseStatus.Mixed, [0b0000_0001, 0b0000_0001], key));

        var reply = await detect;

        Assert.Equal(records, requests.SelectMany(request => request.Body(key)[Challenge.Length..]));
        Assert.Equal([16, 9], requests.Select(request => Records.ReadSerialNumbers(request, key).Count));
        Assert.NotEqual(requests[0].Header.EchoId, requests[1].Header.EchoId);
        Assert.NotEqual(requests[0].Header.Nonce, requests[1].Header.Nonce);
        Assert.Equal(
            [.. Enumerable.Repeat(CoinStatus.Fail, 16), CoinStatus.Pass, .. Enumerable.Repeat(CoinStatus.Fail, 7), CoinStatus.Pass],
            reply.Statuses);
        Assert.All(requests, request =>
        {
            Assert.True(Challenge.IsValid(request.Body(key)));
            Assert.Equal(EncryptionType.KeyCoin, request.Header.Encryption);
            Assert.Equal((1, 5u), (request.Header.KeyDenomination, request.Header.KeySerialNumber));
        });
    }

    [Fact]
    public async Task Echo_is_not_encrypted_with_the_key_coin()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(keyCoin: Records.CreateKeyCoin());
        var echo = client.EchoAsync(Node, Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);

        Assert.True((await echo).IsSuccess);
        Assert.Equal(EncryptionType.None, request.Header.Encryption);
    }

    [Fact]
    public async Task Largest_detect_is_sent_in_full_datagrams()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var records = Records.CreateNumbered(RaidaClient.MaxCoinsPerDetect);
        var detect = client.DetectAsync(Node, records, Token);
        var requests = new List<ReceivedRequest>();
        while (requests.Count < 16)
        {
            requests.Add(await peer.ReceiveAsync());
            peer.Answer(requests[^1], ResponseStatus.AllPass);
        }

        var reply = await detect;

        Assert.Equal(Enumerable.Repeat(CoinStatus.Pass, RaidaClient.MaxCoinsPerDetect), reply.Statuses);
        Assert.Equal(
            records,
            requests.OrderBy(request => Records.ReadSerialNumbers(request)[0]).SelectMany(request => request.Body()[Challenge.Length..]));
        Assert.All(requests, request => Assert.Equal(1394, request.Bytes.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(22)]
    [InlineData(1025 * DetectPayload.RecordLength)]
    public async Task Records_that_are_missing_truncated_or_too_many_are_rejected(int length)
    {
        await using var client = UdpPeer.CreateClient(port: 9);

        await Assert.ThrowsAsync<ArgumentException>(() => client.DetectAsync(Node, new byte[length], Token));
    }

    private static async Task EchoAsync(RaidaClient client, UdpPeer peer)
    {
        var echo = client.EchoAsync(Node, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    /// <summary>A port that nobody else can open: its socket is connected to itself, so the OS refuses the datagrams of others.</summary>
    private static Socket CloseSomePort(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static byte[] CreateHeaderError(ResponseStatus status)
    {
        var answer = new byte[ResponseHeader.Length];
        new ResponseHeader { RaidaId = Node, Status = status }.Write(answer, new byte[ResponseHeader.SignatureLength]);
        return answer;
    }
}
