using System.Net;
using System.Net.Sockets;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class LifetimeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposing_ends_all_that_is_on_its_way_and_sets_every_port_free()
    {
        await using var server = await StreamServer.StartAsync();
        var relay = server.Relay;
        var (client, accepted) = await server.ConnectAsync();
        relay.SetAll(new RelayConditions { Delay = TimeSpan.FromSeconds(30), ReorderPercent = 50 });
        relay.SetAll(new RelaySwitches { TcpStalled = true });
        using var stalled = await RawClient.ConnectAsync(relay.EndPoints[0]);
        await using var sender = new DatagramSocket();
        for (var i = 0; i < 100; i++)
        {
            sender.Send(relay.EndPoints[0], DatagramSocket.CreateNumbered(i));
        }

        await client.SendAsync(new byte[] { 1 }, Cancelled);
        await Eventually.HoldsAsync(
            () => relay.ToServers.Received == 100 && relay.Nodes[0].Connections.Stalled == 1,
            "datagrams are on their way and a connection is stalled");

        await relay.DisposeAsync();
        await relay.DisposeAsync();
        await relay.Nodes[0].DisposeAsync();

        Assert.Equal(0, relay.ToServers.Forwarded);
        Assert.Equal(0, relay.Nodes[0].ClientCount);
        Assert.Equal(0, relay.Nodes[0].Connections.Open);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(relay.EndPoints[0]);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(relay.EndPoints[0]);
        tcp.Listen();
        var exception = await Assert.ThrowsAsync<SocketException>(() => RawClient.ReadToEndAsync(accepted));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        client.Dispose();
        accepted.Dispose();
    }

    [Fact]
    public async Task Disposing_leaves_no_port_bound_that_refuses_connections()
    {
        await using var server = await StreamServer.StartAsync();
        server.Relay.SetAll(new RelaySwitches { TcpRefused = true });

        await server.Relay.DisposeAsync();

        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(server.Relay.EndPoints[0]);
        tcp.Listen();
    }

    [Fact]
    public async Task A_relay_before_nothing_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => NetworkRelay.StartAsync([], cancellationToken: Cancelled));

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_behind()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        var servers = Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 9), 25).ToArray();

        await Assert.ThrowsAsync<OperationCanceledException>(() => NetworkRelay.StartAsync(servers, seed: 1, given.Token));
    }
}
