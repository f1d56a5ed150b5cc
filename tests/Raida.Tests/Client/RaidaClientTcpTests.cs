using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>What goes by TCP because it is too large for a datagram.</summary>
public sealed class RaidaClientTcpTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(65)]
    [InlineData(3119)]
    public async Task A_detect_that_no_datagram_holds_goes_by_tcp(int coins)
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var records = new byte[coins * DetectPayload.RecordLength];
        Random.Shared.NextBytes(records);
        var detect = client.DetectAsync(Node, records, Deadline, Token);
        using var request = await peer.ReceiveAsync();
        var verdicts = new byte[DetectPayload.GetBitFieldLength(coins)];
        DetectPayload.SetAuthentic(verdicts, coins - 1);
        request.Answer(ResponseStatus.Mixed, verdicts);

        var reply = await detect;

        Assert.Equal(records, request.Request.Body()[Challenge.Length..]);
        Assert.Equal(
            [.. Enumerable.Repeat(CoinStatus.Fail, coins - 1), CoinStatus.Pass],
            Enumerable.Range(0, coins).Select(reply.GetCoinStatus));
        Assert.False(peer.Udp.HasRequest);
        Assert.Equal((1L, 1L), (client.GetCounters(Node).Connections, client.GetCounters(Node).Answered));
    }

    [Fact]
    public async Task No_more_than_four_connections_are_open_at_a_time()
    {
        const int Requests = 12;
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detects = Enumerable.Range(0, Requests).Select(_ => AskAsync(client)).ToArray();
        var open = new Queue<TcpRequest>();
        for (var received = 1; received <= Requests; received++)
        {
            open.Enqueue(await peer.ReceiveAsync());
            if (open.Count == 4)
            {
                // As many as may be are here: were there more, one would wait to be accepted.
                Assert.False(peer.HasConnection);
                open.Dequeue().Answer(ResponseStatus.AllPass);
            }
        }

        foreach (var request in open)
        {
            request.Answer(ResponseStatus.AllPass);
        }

        Assert.All(await Task.WhenAll(detects), reply => Assert.True(reply.IsSuccess));
    }

    [Fact]
    public async Task A_closed_port_is_a_refusal()
    {
        int port;
        using (var peer = new TcpPeer())
        {
            port = peer.Port;
        }

        await using var client = UdpPeer.CreateClient(port);

        Assert.Equal(ReplyOutcome.Refused, (await AskAsync(client)).Outcome);
    }

    [Fact]
    public async Task A_server_that_takes_the_request_and_says_nothing_costs_the_deadline_of_an_answer()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time);
        var detect = AskAsync(client);
        using var request = await peer.ReceiveAsync();

        time.Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(2));
        Assert.False(detect.IsCompleted);
        time.Pass(TimeSpan.FromMilliseconds(4));

        var reply = await detect;
        Assert.Equal((ReplyOutcome.NoReply, TimeSpan.FromSeconds(10)), (reply.Outcome, reply.Deadline));
    }

    [Fact]
    public async Task An_answer_that_came_while_the_process_did_not_run_is_asked_for_again()
    {
        var time = new FakeTimeProvider();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient(time);
        var detect = AskAsync(client);
        using var lost = await peer.ReceiveAsync();

        time.Advance(TimeSpan.FromSeconds(30));
        using var again = await peer.ReceiveAsync();
        again.Answer(ResponseStatus.AllPass);

        Assert.True((await detect).IsSuccess);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_again_once()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        (await peer.ReceiveAsync()).Break();
        (await peer.ReceiveAsync()).Answer(ResponseStatus.AllPass);
        var reply = await detect;
        Assert.True(reply.IsSuccess);
        Assert.Equal(2, reply.Attempts);

        detect = AskAsync(client);
        (await peer.ReceiveAsync()).Break();
        (await peer.ReceiveAsync()).Dispose();
        reply = await detect;
        Assert.Equal((ReplyOutcome.NoReply, TimeSpan.Zero), (reply.Outcome, reply.Deadline));
        Assert.Equal(4, client.GetCounters(Node).Connections);
    }

    [Fact]
    public async Task A_verdict_without_the_right_signature_is_not_believed()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var request = await peer.ReceiveAsync();
            var forged = request.Request.CreateAnswer(ResponseStatus.AllPass);
            forged[^1] ^= 1;
            request.Send(forged);
        }

        Assert.Equal(ReplyOutcome.NoReply, (await detect).Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(40)]
    public async Task An_answer_that_is_cut_off_does_not_count(int length)
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var request = await peer.ReceiveAsync();
            request.Send(request.Request.CreateAnswer(ResponseStatus.Mixed, new byte[9])[..length]);
        }

        Assert.Equal(ReplyOutcome.NoReply, (await detect).Outcome);
    }

    [Fact]
    public async Task An_answer_that_claims_to_be_endless_does_not_count()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var request = await peer.ReceiveAsync();
            var answer = request.Request.CreateAnswer(ResponseStatus.Mixed, new byte[9]);
            answer[9] = 0xFF;
            request.Send(answer);
        }

        Assert.Equal(ReplyOutcome.NoReply, (await detect).Outcome);
    }

    [Fact]
    public async Task An_error_counts_without_a_signature()
    {
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detect = AskAsync(client);
        var answer = new byte[ResponseHeader.Length];
        new ResponseHeader { RaidaId = Node, Status = ResponseStatus.WrongCoinId }.Write(answer, new byte[ResponseHeader.SignatureLength]);
        (await peer.ReceiveAsync()).Send(answer);

        var reply = await detect;

        Assert.Equal((ReplyOutcome.Answered, ResponseStatus.WrongCoinId), (reply.Outcome, reply.Status));
        Assert.Equal(CoinStatus.Error, reply.GetCoinStatus(0));
    }

    [Fact]
    public async Task A_cancelled_request_closes_its_connection_and_makes_room()
    {
        using var cancellation = new CancellationTokenSource();
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var cancelled = Enumerable.Range(0, 4).Select(_ => AskAsync(client, cancellation.Token)).ToArray();
        var requests = new List<TcpRequest>();
        while (requests.Count < cancelled.Length)
        {
            requests.Add(await peer.ReceiveAsync());
        }

        var next = AskAsync(client);
        Assert.False(peer.HasConnection);
        await cancellation.CancelAsync();

        foreach (var detect in cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detect);
        }

        (await peer.ReceiveAsync()).Answer(ResponseStatus.AllPass);
        Assert.True((await next).IsSuccess);
        Assert.Equal(4, client.GetCounters(Node).Cancelled);
        requests.ForEach(request => request.Dispose());
    }

    [Fact]
    public async Task Disposing_ends_what_is_on_its_way()
    {
        using var peer = new TcpPeer();
        var client = peer.CreateClient();
        var detects = Enumerable.Range(0, 6).Select(_ => AskAsync(client)).ToArray();
        using var request = await peer.ReceiveAsync();

        await client.DisposeAsync();

        foreach (var detect in detects)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => detect);
        }
    }

    private static Task<RaidaReply> AskAsync(RaidaClient client, CancellationToken? cancellationToken = null) =>
        client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 65), Deadline, cancellationToken ?? Token);
}
