using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Raida.Protocol;
using Raida.Tests.Support;

namespace Raida.Tests.Servers;

/// <summary>Servers with names, whose addresses may change.</summary>
public sealed class ServerAddressTests
{
    private const int Node = 7;

    private static readonly IPAddress First = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");
    private static readonly TimeSpan EchoTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan DetectTimeout = TimeSpan.FromHours(1);

    private static readonly SocketException HostNotFound = new((int)SocketError.HostNotFound);

    private readonly FakeTimeProvider _time = new();
    private IPAddress[] _addresses = [First];
    private int _lookups;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Name_is_resolved_once_and_not_again_for_a_minute()
    {
        using var peer = new UdpPeer();
        await using var client = CreateClient(peer.Port);
        await EchoAsync(client, peer);
        _time.Pass(TimeSpan.FromSeconds(59));
        await EchoAsync(client, peer);

        Assert.Equal(1, _lookups);
    }

    [Fact]
    public async Task Moved_server_is_asked_at_its_new_address_after_a_minute_though_the_old_one_replies()
    {
        using var peer = new UdpPeer();
        using var moved = new UdpPeer(Second, peer.Port);
        await using var client = CreateClient(peer.Port);
        await EchoAsync(client, peer);
        _addresses = [Second];
        _time.Pass(TimeSpan.FromSeconds(61));

        await EchoEventuallyAtAsync(client, moved);
    }

    [Fact]
    public async Task Requests_in_flight_follow_a_server_that_has_moved_when_they_are_retransmitted()
    {
        using var peer = new UdpPeer();
        using var moved = new UdpPeer(Second, peer.Port);
        await using var client = CreateClient(peer.Port);
        var failing = client.EchoAsync(Node, Token);
        await peer.ReceiveAsync();
        var waiting = client.DetectAsync(Node, Records.Create(coins: 1), Token);
        _addresses = [Second];
        _time.Pass(EchoTimeout);
        Assert.Equal(ReplyOutcome.NoReply, (await failing).Outcome);
        await Eventually.HoldsAsync(() => _lookups == 2, "the name to be resolved again");

        // The first retransmission is due after a tenth of the timeout, and others follow.
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Pass(DetectTimeout / 100);
                return moved.HasRequest;
            },
            "a retransmission to arrive at the new address");
        moved.Answer(await moved.ReceiveAsync(), ResponseStatus.AllPass);
        Assert.True((await waiting).IsSuccess);
    }

    [Fact]
    public async Task Next_of_several_addresses_is_tried_when_requests_fail()
    {
        _addresses = [Second, First];
        using var peer = new UdpPeer();
        using var other = new UdpPeer(Second, peer.Port);
        await using var client = CreateClient(peer.Port);
        var failing = client.EchoAsync(Node, Token);
        await peer.ReceiveAsync();
        _time.Pass(EchoTimeout);
        Assert.Equal(ReplyOutcome.NoReply, (await failing).Outcome);

        await EchoEventuallyAtAsync(client, other);
    }

    [Fact]
    public async Task Name_that_no_longer_resolves_keeps_its_address()
    {
        using var peer = new UdpPeer();
        await using var client = CreateClient(peer.Port);
        await EchoAsync(client, peer);
        _addresses = [];
        _time.Pass(TimeSpan.FromSeconds(61));

        // This one starts a lookup, which fails, and does not wait for it.
        await EchoAsync(client, peer);
        await Eventually.HoldsAsync(() => _lookups == 2, "the name to be resolved again");

        await EchoAsync(client, peer);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_fails_at_once_and_is_tried_again_after_5_seconds()
    {
        _addresses = [];
        using var peer = new UdpPeer();
        await using var client = CreateClient(peer.Port);
        Assert.Equal(ReplyOutcome.Dropped, (await client.EchoAsync(Node, Token)).Outcome);
        _addresses = [First];
        _time.Pass(TimeSpan.FromSeconds(4.9));
        Assert.Equal(ReplyOutcome.Dropped, (await client.EchoAsync(Node, Token)).Outcome);
        Assert.Equal(1, _lookups);

        _time.Pass(TimeSpan.FromSeconds(0.1));
        await EchoAsync(client, peer);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_is_looked_up_with_backoff_and_logged_once()
    {
        _addresses = [];
        using var log = new CollectedLog();
        using var peer = new UdpPeer();
        await using var client = CreateClient(peer.Port, log);
        var lookups = new List<int>();
        for (var second = 0; second < 215; second++)
        {
            Assert.Equal(ReplyOutcome.Dropped, (await client.EchoAsync(Node, Token)).Outcome);
            if (_lookups > lookups.Count)
            {
                lookups.Add(second);
            }

            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 5, 15, 35, 75, 135, 195], lookups);
        Assert.Equal([$"The address of RAIDA 7 at raida.example:{peer.Port} is unknown: {HostNotFound.Message}."], GetAddressLog(log));

        _addresses = [First];
        _time.Pass(TimeSpan.FromSeconds(60));
        await EchoAsync(client, peer);
        Assert.Equal($"The address of RAIDA 7 at raida.example:{peer.Port} is known again: 127.0.0.1.", GetAddressLog(log).Last());
    }

    [Fact]
    public async Task Server_is_reached_by_IPv6()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        _addresses = [IPAddress.IPv6Loopback];
        using var peer = new UdpPeer(IPAddress.IPv6Loopback, 0);
        await using var client = CreateClient(peer.Port);

        await EchoAsync(client, peer);
    }

    private RaidaClient CreateClient(int port, CollectedLog? log = null) => new(
        new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("raida.example", port), RaidaNetwork.NodeCount)],
            EchoTimeout = EchoTimeout,
            DetectTimeout = DetectTimeout,
            FailuresUntilDown = int.MaxValue,
            ResolveHost = ResolveAsync,
        },
        _time,
        log?.CreateLogger<RaidaClient>());

    private static IEnumerable<string> GetAddressLog(CollectedLog log) =>
        log.Messages.Where(message => message.StartsWith("The address of", StringComparison.Ordinal));

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Assert.Equal("raida.example", host);
        Interlocked.Increment(ref _lookups);
        return _addresses.Length > 0 ? Task.FromResult(_addresses) : throw HostNotFound;
    }

    private static async Task EchoAsync(RaidaClient client, UdpPeer peer)
    {
        var echo = client.EchoAsync(Node, Token);
        peer.Answer(await peer.ReceiveAsync(), ResponseStatus.Success);
        Assert.True((await echo).IsSuccess);
    }

    /// <summary>The address changes shortly after the lookup: later echoes go to the new one.</summary>
    private static async Task EchoEventuallyAtAsync(RaidaClient client, UdpPeer peer)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Eventually.HoldsAsync(
            () =>
            {
                _ = client.EchoAsync(Node, given.Token);
                return peer.HasRequest;
            },
            "an echo to arrive at the new address");
        await given.CancelAsync();
    }
}
