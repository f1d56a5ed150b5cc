using System.Net;
using System.Net.Sockets;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class LifetimeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposal_ends_everything_in_flight_and_frees_every_port()
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
            "datagrams are in flight and a connection is stalled");

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
    public async Task Disposal_frees_a_port_that_refuses_connections()
    {
        await using var server = await StreamServer.StartAsync();
        server.Relay.SetAll(new RelaySwitches { TcpRefused = true });

        await server.Relay.DisposeAsync();

        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(server.Relay.EndPoints[0]);
        tcp.Listen();
    }

    [Fact]
    public async Task Relay_without_servers_is_rejected() =>
        await Assert.ThrowsAsync<ArgumentException>(() => NetworkRelay.StartAsync([], cancellationToken: Cancelled));

    [Fact]
    public async Task Cancelled_start_throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var servers = Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 9), 25).ToArray();

        await Assert.ThrowsAsync<OperationCanceledException>(() => NetworkRelay.StartAsync(servers, seed: 1, cancelled.Token));
    }
}
