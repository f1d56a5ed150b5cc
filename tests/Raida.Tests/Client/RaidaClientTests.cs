using System.Text;
using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

public sealed class RaidaClientTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_echo_that_is_answered_succeeds()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Deadline, Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);

        var reply = await echo;

        Assert.True(reply.IsSuccess);
        Assert.Equal(Node, request.Header.RaidaId);
        Assert.Equal(RaidaCommand.Echo, request.Header.Command);
        Assert.Equal(RaidaNetwork.CloudCoinId, request.Header.CoinId);
        Assert.Equal(1, client.GetCounters(Node).Answered);
        Assert.Equal(0, client.GetCounters(Node + 1).Sent);
    }

    [Fact]
    public async Task A_version_is_read_from_the_body()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var version = client.VersionAsync(Node, Deadline, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success, "20250323"u8);

        var reply = await version;

        Assert.Equal("20250323", Encoding.ASCII.GetString(reply.Body.Span));
    }

    [Theory]
    [InlineData(ResponseStatus.AllPass, CoinStatus.Pass)]
    [InlineData(ResponseStatus.AllFail, CoinStatus.Fail)]
    [InlineData(ResponseStatus.UnknownCoin, CoinStatus.Error)]
    [InlineData(ResponseStatus.TooManyRequests, CoinStatus.Error)]
    [InlineData(ResponseStatus.WrongCrc, CoinStatus.Error)]
    [InlineData(ResponseStatus.UnknownKeyCoin, CoinStatus.Undecryptable)]
    [InlineData(ResponseStatus.DecryptionFailed, CoinStatus.Undecryptable)]
    public async Task A_detect_gives_every_coin_the_status_of_the_answer(ResponseStatus answer, CoinStatus expected)
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, new byte[3 * DetectPayload.RecordLength], Deadline, Token);
        peer.Answer(await peer.ReceiveAsync(), answer);

        var reply = await detect;

        Assert.All(Enumerable.Range(0, 3), coin => Assert.Equal(expected, reply.GetCoinStatus(coin)));
    }

    [Fact]
    public async Task Answers_in_any_order_reach_the_requests_that_they_belong_to()
    {
        const int Requests = 60;
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detects = Enumerable.Range(0, Requests)
            .Select(i => client.DetectAsync(Node, CreateRecords(coins: 8, serialNumber: i), TimeSpan.FromSeconds(20), Token))
            .ToArray();
        var received = new List<ReceivedRequest>();
        while (received.Count < Requests)
        {
            received.Add(await peer.ReceiveAsync());
        }

        // Each request is answered with its own serial number as the bit field, the last one first.
        foreach (var request in received.AsEnumerable().Reverse())
        {
            peer.Answer(request, ResponseStatus.Mixed, [request.Bytes[RequestHeader.Length + Challenge.Length + 4]]);
        }

        var replies = await Task.WhenAll(detects);

        Assert.Equal(Enumerable.Range(0, Requests), replies.Select(reply => (int)reply.Body.Span[0]));
        Assert.Equal(Requests, received.Select(request => request.Header.EchoId).Distinct().Count());
    }

    [Fact]
    public async Task A_request_without_an_answer_ends_when_its_deadline_passes_and_not_before()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var echo = client.EchoAsync(Node, Deadline, Token);
        await peer.ReceiveAsync();

        time.Pass(Deadline - TimeSpan.FromMilliseconds(2));
        Assert.False(echo.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(2));
        var reply = await echo;

        Assert.Equal(ReplyOutcome.NoReply, reply.Outcome);
        Assert.Equal((Deadline, Deadline), (reply.Latency, reply.Deadline));
        Assert.Equal(CoinStatus.NoReply, reply.GetCoinStatus(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_request_without_an_answer_is_repeated_at_growing_distances_and_the_answer_to_any_counts(int answered)
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var first = TimeSpan.FromMilliseconds(100);
        var echo = client.EchoAsync(Node, new RequestTiming(Deadline, first), Token);
        var requests = new List<ReceivedRequest> { await peer.ReceiveAsync() };
        for (var gap = first; requests.Count < 4; gap *= 2)
        {
            time.Pass(gap - TimeSpan.FromMilliseconds(2));
            Assert.False(peer.HasRequest);
            time.Pass(TimeSpan.FromMilliseconds(2));
            requests.Add(await peer.ReceiveAsync());
            Assert.Equal(requests[0].Bytes, requests[^1].Bytes);
        }

        peer.Answer(requests[answered], ResponseStatus.Success);
        var reply = await echo;

        Assert.True(reply.IsSuccess);
        Assert.Equal(4, reply.Attempts);
    }

    [Fact]
    public async Task Every_request_ends_at_its_own_deadline()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var slow = client.EchoAsync(Node, TimeSpan.FromSeconds(3), Token);
        var fast = client.EchoAsync(Node, TimeSpan.FromSeconds(1), Token);
        await peer.ReceiveAsync();
        await peer.ReceiveAsync();

        time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(ReplyOutcome.NoReply, (await fast).Outcome);
        Assert.False(slow.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ReplyOutcome.NoReply, (await slow).Outcome);
    }

    [Fact]
    public async Task A_late_answer_is_not_taken_for_that_of_a_later_request()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time);
        var first = client.EchoAsync(Node, Deadline, Token);
        var firstRequest = await peer.ReceiveAsync();
        time.Pass(Deadline);
        Assert.Equal(ReplyOutcome.NoReply, (await first).Outcome);

        var second = client.EchoAsync(Node, Deadline, Token);
        var secondRequest = await peer.ReceiveAfterAsync(firstRequest);
        peer.Answer(firstRequest, ResponseStatus.InternalError);
        await WaitForAsync(client, counters => counters.Unmatched == 1, "the late answer to be counted");
        Assert.False(second.IsCompleted);
        peer.Answer(secondRequest, ResponseStatus.Success);

        Assert.True((await second).IsSuccess);
    }

    [Fact]
    public async Task A_second_answer_to_the_same_request_is_dropped()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Deadline, Token);
        var request = await peer.ReceiveAsync();
        peer.Answer(request, ResponseStatus.Success);
        peer.Answer(request, ResponseStatus.InternalError);

        Assert.True((await echo).IsSuccess);
        await WaitForAsync(client, counters => counters.Unmatched == 1, "the double to be counted");
    }

    [Fact]
    public async Task An_answer_with_any_wrong_byte_of_the_signature_is_dropped_and_the_right_one_still_taken()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, CreateRecords(coins: 1), TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        for (var i = 0; i < ResponseHeader.SignatureLength; i++)
        {
            var forged = request.CreateAnswer(ResponseStatus.AllPass);
            forged[ResponseHeader.SignatureOffset + i] ^= 1;
            peer.Send(request, forged);
        }

        await WaitForAsync(client, counters => counters.Forged == ResponseHeader.SignatureLength, "the forged answers to be counted");
        Assert.False(detect.IsCompleted);
        peer.Answer(request, ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task An_answer_from_another_port_is_never_taken()
    {
        using var peer = new UdpPeer();
        using var stranger = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, CreateRecords(coins: 1), TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();

        // Right in every byte: only its sender is wrong. The second one shows that the first has had its time to arrive.
        stranger.Answer(request, ResponseStatus.AllPass);
        peer.Answer(request, ResponseStatus.AllFail);

        Assert.Equal(CoinStatus.Fail, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task Truncated_and_oversized_answers_are_dropped()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var detect = client.DetectAsync(Node, CreateRecords(coins: 9), TimeSpan.FromSeconds(20), Token);
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

        await WaitForAsync(client, counters => counters.Malformed == wrong.Length, "the malformed answers to be counted");
        Assert.False(detect.IsCompleted);
        peer.Send(request, right);

        Assert.Equal(CoinStatus.Pass, (await detect).GetCoinStatus(8));
    }

    [Fact]
    public async Task An_answer_of_another_raida_or_command_group_is_dropped()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        var otherRaida = request.CreateAnswer(ResponseStatus.Success);
        otherRaida[0] = Node + 1;
        var otherGroup = request.CreateAnswer(ResponseStatus.Success);
        otherGroup[3] = 1;
        peer.Send(request, otherRaida);
        peer.Send(request, otherGroup);

        await WaitForAsync(client, counters => counters.Malformed == 2, "both answers to be counted");
        Assert.False(echo.IsCompleted);
        peer.Answer(request, ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task A_closed_port_is_a_refusal_and_not_silence()
    {
        int port;
        using (var peer = new UdpPeer())
        {
            port = peer.Port;
        }

        await using var client = UdpPeer.CreateClient(port);

        var reply = await client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);

        Assert.Equal(ReplyOutcome.Refused, reply.Outcome);
        Assert.Equal(CoinStatus.Error, reply.GetCoinStatus(0));
        Assert.InRange(reply.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_server_that_comes_back_on_its_port_is_reached_again()
    {
        int port;
        using (var peer = new UdpPeer())
        {
            port = peer.Port;
        }

        await using var client = UdpPeer.CreateClient(port);
        var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token)));
        Assert.All(refused, reply => Assert.Equal(ReplyOutcome.Refused, reply.Outcome));

        using var returned = new UdpPeer(port);
        var echo = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        returned.Answer(await returned.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    [Fact]
    public async Task A_network_error_on_our_side_is_dropped()
    {
        // Nobody may send to the broadcast address without asking the system for it first: the error comes from our own kernel.
        var servers = Enumerable.Repeat(new RaidaServer("255.255.255.255", 50000), RaidaNetwork.NodeCount).ToArray();
        await using var client = new RaidaClient(new RaidaClientOptions { Servers = servers });

        var reply = await client.EchoAsync(Node, Deadline, Token);

        Assert.Equal(ReplyOutcome.Dropped, reply.Outcome);
        Assert.Equal(CoinStatus.Dropped, reply.GetCoinStatus(0));
        Assert.Equal(1, client.GetCounters(Node).Dropped);
    }

    [Fact]
    public async Task A_cancelled_request_ends_at_once_and_makes_room_for_the_next()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = client.EchoAsync(Node, TimeSpan.FromSeconds(20), cancellation.Token);
        await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        Assert.False(peer.HasRequest);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await second).IsSuccess);
        Assert.Equal(1, client.GetCounters(Node).Cancelled);
    }

    [Fact]
    public async Task A_cancelled_request_that_waits_for_its_turn_is_never_sent()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, TimeSpan.FromSeconds(20), cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        peer.Answer(request, ResponseStatus.Success);
        await first;

        Assert.Equal(1, client.GetCounters(Node).Sent);
        Assert.False(peer.HasRequest);
    }

    [Fact]
    public async Task No_more_requests_are_on_their_way_than_allowed_and_the_rest_follow_in_order()
    {
        const int InFlight = 4;
        const int Requests = 40;
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: InFlight);

        // The order is that in which requests come to an open socket: those that wait for it to open are in no order.
        var first = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        await first;
        var detects = Enumerable.Range(0, Requests)
            .Select(i => client.DetectAsync(Node, CreateRecords(coins: 1, serialNumber: i), TimeSpan.FromSeconds(20), Token))
            .ToArray();
        var order = new List<int>();
        var unanswered = new Queue<ReceivedRequest>();
        while (order.Count < Requests)
        {
            var request = await peer.ReceiveAsync();
            order.Add(request.Bytes[RequestHeader.Length + Challenge.Length + 4]);
            unanswered.Enqueue(request);
            Assert.InRange(unanswered.Count, 1, InFlight);
            if (unanswered.Count == InFlight)
            {
                // As many as may be are here: were there more, they would be here as well.
                Assert.False(peer.HasRequest);
                peer.Answer(unanswered.Dequeue(), ResponseStatus.AllPass);
            }
        }

        foreach (var request in unanswered)
        {
            peer.Answer(request, ResponseStatus.AllPass);
        }

        await Task.WhenAll(detects);
        Assert.Equal(Enumerable.Range(0, Requests), order);
    }

    [Fact]
    public async Task A_request_that_finds_the_line_full_is_not_sent()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1, maxWaiting: 1);
        var first = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        var second = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        await peer.ReceiveAsync();

        var third = await client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);

        Assert.Equal(ReplyOutcome.NotSent, third.Outcome);
        Assert.Equal(CoinStatus.Untried, third.GetCoinStatus(0));
        Assert.False(first.IsCompleted || second.IsCompleted);
    }

    [Fact]
    public async Task A_request_waits_for_its_turn_longer_than_for_its_answer_and_ends_unsent_at_the_last_bound()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, maxInFlight: 1);
        var first = client.EchoAsync(Node, TimeSpan.FromHours(1), Token);
        await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, TimeSpan.FromSeconds(1), Token);

        time.Pass(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.False(second.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(ReplyOutcome.NotSent, (await second).Outcome);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task A_request_that_had_to_wait_has_its_whole_deadline_from_sending_on()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, maxInFlight: 1);
        var first = client.EchoAsync(Node, TimeSpan.FromSeconds(5), Token);
        var firstRequest = await peer.ReceiveAsync();
        var second = client.EchoAsync(Node, TimeSpan.FromSeconds(1), Token);

        time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(ReplyOutcome.NoReply, (await first).Outcome);

        // The line pauses for a moment after a request that nothing answered.
        time.Pass(TimeSpan.FromMilliseconds(250));
        peer.Answer(await peer.ReceiveAfterAsync(firstRequest), ResponseStatus.Success);

        var reply = await second;
        Assert.True(reply.IsSuccess);
        Assert.Equal(TimeSpan.Zero, reply.Latency);
    }

    [Fact]
    public async Task A_name_is_resolved_and_reached()
    {
        using var peer = new UdpPeer();
        var servers = Enumerable.Repeat(new RaidaServer("localhost", peer.Port), RaidaNetwork.NodeCount).ToArray();
        await using var client = new RaidaClient(new RaidaClientOptions { Servers = servers });
        var echoes = Enumerable.Range(0, 10).Select(_ => client.EchoAsync(Node, Deadline, Token)).ToArray();
        for (var i = 0; i < echoes.Length; i++)
        {
            peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        }

        Assert.All(await Task.WhenAll(echoes), reply => Assert.True(reply.IsSuccess));
    }

    [Fact]
    public async Task A_server_of_another_number_that_says_so_is_logged()
    {
        var logger = new CollectingLogger<RaidaClient>();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(logger: logger);
        var echo = client.EchoAsync(Node, TimeSpan.FromSeconds(20), Token);
        var request = await peer.ReceiveAsync();
        var answer = CreateHeaderError(ResponseStatus.WrongRaidaId);
        answer[0] = Node + 1;
        peer.Send(request, answer);

        await WaitForAsync(client, counters => counters.HeaderErrors == 1, "the answer to be counted");
        Assert.Contains("status 3, wrong RAIDA id", Assert.Single(logger.Messages), StringComparison.Ordinal);
        Assert.False(echo.IsCompleted);
    }

    [Fact]
    public async Task An_answer_that_belongs_to_another_command_is_no_success()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();
        var echo = client.EchoAsync(Node, Deadline, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.AllPass);
        var detect = client.DetectAsync(Node, CreateRecords(coins: 1), Deadline, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);

        Assert.False((await echo).IsSuccess);
        Assert.False((await detect).IsSuccess);
        Assert.Equal(CoinStatus.Error, (await detect).GetCoinStatus(0));
    }

    [Fact]
    public async Task With_a_key_coin_requests_are_encrypted_and_answers_decrypted()
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Random.Shared.NextBytes(secrets);
        var keyCoin = new KeyCoin(new Denomination(1), 5, secrets);
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(keyCoin: keyCoin);
        var records = CreateRecords(coins: 9, serialNumber: 3);
        var detect = client.DetectAsync(Node, records, Deadline, Token);
        var request = await peer.ReceiveAsync();
        var key = keyCoin.GetKey(Node).ToArray();
        peer.Send(request, request.CreateAnswer(ResponseStatus.Mixed, [0b0000_0001, 0b0000_0001], key));

        var reply = await detect;

        Assert.Equal(records, request.Body(key)[Challenge.Length..]);
        Assert.True(Challenge.IsValid(request.Body(key)));
        Assert.NotEqual(records, request.Body()[Challenge.Length..]);
        Assert.Equal(
            [CoinStatus.Pass, .. Enumerable.Repeat(CoinStatus.Fail, 7), CoinStatus.Pass],
            Enumerable.Range(0, 9).Select(reply.GetCoinStatus));
        Assert.Equal((1, 5u), (request.Header.KeyDenomination, request.Header.KeySerialNumber));
    }

    [Fact]
    public async Task Answers_to_headers_that_were_not_understood_are_logged_once_in_a_while()
    {
        var time = new FakeTimeProvider();
        var logger = new CollectingLogger<RaidaClient>();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, logger: logger);
        var echo = client.EchoAsync(Node, Deadline, Token);
        var request = await peer.ReceiveAsync();
        for (var i = 0; i < 3; i++)
        {
            peer.Send(request, CreateHeaderError(ResponseStatus.WrongCoinId));
        }

        await WaitForAsync(client, counters => counters.HeaderErrors == 3, "the answers to be counted");
        Assert.Contains("status 7, wrong coin id", Assert.Single(logger.Messages), StringComparison.Ordinal);
        Assert.False(echo.IsCompleted);

        time.Pass(TimeSpan.FromSeconds(11));
        peer.Send(request, CreateHeaderError(ResponseStatus.WrongCoinId));
        await WaitForAsync(client, counters => counters.HeaderErrors == 4, "the fourth answer to be counted");
        Assert.Equal(2, logger.Messages.Count);
    }

    [Fact]
    public async Task Disposing_ends_what_is_on_its_way()
    {
        using var peer = new UdpPeer();
        var client = peer.CreateClient(maxInFlight: 1);
        var sent = client.EchoAsync(Node, TimeSpan.FromMinutes(1), Token);
        var waiting = client.EchoAsync(Node, TimeSpan.FromMinutes(1), Token);
        await peer.ReceiveAsync();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sent);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.EchoAsync(Node, Deadline, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(22)]
    [InlineData(3120 * DetectPayload.RecordLength)]
    public async Task Records_that_are_none_not_whole_or_too_many_are_refused(int length)
    {
        await using var client = UdpPeer.CreateClient(port: 9);

        await Assert.ThrowsAsync<ArgumentException>(() => client.DetectAsync(Node, new byte[length], Deadline, Token));
    }

    internal static byte[] CreateRecords(int coins, int serialNumber = 0)
    {
        var records = new byte[coins * DetectPayload.RecordLength];
        for (var coin = 0; coin < coins; coin++)
        {
            records[(coin * DetectPayload.RecordLength) + 4] = (byte)serialNumber;
        }

        return records;
    }

    private static byte[] CreateHeaderError(ResponseStatus status)
    {
        var answer = new byte[ResponseHeader.Length];
        new ResponseHeader { RaidaId = Node, Status = status }.Write(answer, new byte[ResponseHeader.SignatureLength]);
        return answer;
    }

    private static Task WaitForAsync(RaidaClient client, Func<ServerCounters, bool> condition, string what) =>
        Eventually.HoldsAsync(() => condition(client.GetCounters(Node)), what);
}
