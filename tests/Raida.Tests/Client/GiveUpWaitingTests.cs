using Microsoft.Extensions.Time.Testing;
using Raida.Client;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>Requests in line before a server that answers nothing any more.</summary>
public sealed class GiveUpWaitingTests
{
    private const int Node = 7;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_for_its_turn_ends_unsent_and_what_is_on_its_way_goes_on()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = EchoAsync(client, Patience);
        var request = await peer.ReceiveAsync();
        var waiting = Enumerable.Range(0, 100).Select(_ => EchoAsync(client, Patience)).ToArray();

        client.GiveUpWaiting(Node);

        var replies = await Task.WhenAll(waiting).WaitAsync(Patience, Token);
        Assert.All(replies, reply => Assert.Equal((ReplyOutcome.NotSent, 0), (reply.Outcome, reply.Attempts)));
        Assert.Equal(waiting.Length, client.GetCounters(Node).NotSent);
        Assert.False(first.IsCompleted);
        peer.Answer(request, ResponseStatus.Success);
        Assert.True((await first).IsSuccess);

        // It was of that moment alone.
        var later = EchoAsync(client, Patience);
        peer.Answer(await peer.ReceiveAfterAsync(request), ResponseStatus.Success);
        Assert.True((await later).IsSuccess);
    }

    [Fact]
    public async Task Another_servers_line_goes_on()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(maxInFlight: 1);
        var first = EchoAsync(client, Patience);
        var request = await peer.ReceiveAsync();
        var second = EchoAsync(client, Patience);

        client.GiveUpWaiting(Node + 1);

        peer.Answer(request, ResponseStatus.Success);
        peer.Answer(await peer.ReceiveAfterAsync(request), ResponseStatus.Success);
        Assert.True((await first).IsSuccess && (await second).IsSuccess);
    }

    [Fact]
    public async Task After_a_request_that_nothing_answered_the_line_pauses_so_that_it_can_be_given_up()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, maxInFlight: 1);
        var first = EchoAsync(client, Deadline);
        await peer.ReceiveAsync();
        var second = EchoAsync(client, Deadline);
        time.Pass(Deadline);
        Assert.Equal(ReplyOutcome.NoReply, (await first).Outcome);
        var sent = client.GetCounters(Node).Sent;

        time.Pass(Pause - TimeSpan.FromMilliseconds(1));
        client.GiveUpWaiting(Node);

        Assert.Equal(sent, client.GetCounters(Node).Sent);
        Assert.Equal(ReplyOutcome.NotSent, (await second.WaitAsync(Patience, Token)).Outcome);
    }

    [Fact]
    public async Task A_line_that_nobody_gives_up_goes_on_after_the_pause()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, maxInFlight: 1);
        var first = EchoAsync(client, Deadline);
        var request = await peer.ReceiveAsync();
        var second = EchoAsync(client, Deadline);
        time.Pass(Deadline);
        await first;

        time.Pass(Pause);
        peer.Answer(await peer.ReceiveAfterAsync(request), ResponseStatus.Success);

        Assert.True((await second).IsSuccess);
    }

    [Fact]
    public async Task An_answer_ends_the_pause_at_once()
    {
        var time = new FakeTimeProvider();
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient(time, maxInFlight: 2);
        var slow = EchoAsync(client, TimeSpan.FromHours(1));
        var slowRequest = await peer.ReceiveAsync();
        var lost = EchoAsync(client, Deadline);
        var lostRequest = await peer.ReceiveAfterAsync(slowRequest);
        var waiting = EchoAsync(client, Deadline);
        time.Pass(Deadline);
        Assert.Equal(ReplyOutcome.NoReply, (await lost).Outcome);

        peer.Answer(slowRequest, ResponseStatus.Success);
        Assert.True((await slow).IsSuccess);
        peer.Answer(await peer.ReceiveAfterAsync(lostRequest), ResponseStatus.Success);

        Assert.True((await waiting).IsSuccess);
    }

    [Fact]
    public async Task What_waits_for_a_connection_ends_unsent_too()
    {
        const int Connections = 4, Requests = 20;
        using var peer = new TcpPeer();
        await using var client = peer.CreateClient();
        var detects = Enumerable.Range(0, Requests).Select(_ => DetectAsync(client)).ToArray();
        var open = new List<TcpRequest>();
        while (open.Count < Connections)
        {
            open.Add(await peer.ReceiveAsync());
        }

        client.GiveUpWaiting(Node);

        var replies = await Task.WhenAll(detects.Skip(Connections)).WaitAsync(Patience, Token);
        Assert.All(replies, reply => Assert.Equal(ReplyOutcome.NotSent, reply.Outcome));
        foreach (var request in open)
        {
            request.Answer(ResponseStatus.AllPass);
            request.Dispose();
        }

        Assert.All(await Task.WhenAll(detects.Take(Connections)), reply => Assert.True(reply.IsSuccess));
        var later = DetectAsync(client);
        using var last = await peer.ReceiveAsync();
        last.Answer(ResponseStatus.AllPass);
        Assert.True((await later).IsSuccess);
    }

    [Fact]
    public async Task There_are_25_servers()
    {
        using var peer = new UdpPeer();
        await using var client = peer.CreateClient();

        Assert.Throws<ArgumentOutOfRangeException>(() => client.GiveUpWaiting(RaidaNetwork.NodeCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.GiveUpWaiting(-1));
    }

    private static Task<RaidaReply> EchoAsync(RaidaClient client, TimeSpan deadline) => client.EchoAsync(Node, deadline, Token);

    private static Task<RaidaReply> DetectAsync(RaidaClient client) =>
        client.DetectAsync(Node, RaidaClientTests.CreateRecords(coins: 65), Deadline, Token);
}
