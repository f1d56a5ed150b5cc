using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class DatagramTests
{
    private const int Many = 2000;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, Many)];

    [Fact]
    public async Task Datagrams_pass_unchanged_and_in_order_by_default()
    {
        await using var port = await RelayedPort.StartAsync();

        await port.SendAsync(Many);

        var expected = InOrder.Select(DatagramSocket.CreateNumbered);
        Assert.Equal(expected, port.Server.Received);
        Assert.Equal(expected, port.Client.Received);
        Assert.Equal(new RelayCounters(Many, Many, 0, 0, 0, 0, 0, 0, 0, 0), port.ToServer);
        Assert.Equal(port.ToServer, port.Back);
        Assert.Equal(port.ToServer, port.Relay.ToServers);
        Assert.Equal(1, port.Node.ClientCount);
    }

    [Fact]
    public async Task Blocked_datagrams_do_not_pass_in_either_direction()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1) };
        await port.SendAsync(10);
        port.Relay.SetAll(new RelaySwitches { UdpBlocked = true });

        // Datagrams that passed before still arrive; the answers to them do not.
        time.Advance(TimeSpan.FromSeconds(1));
        await port.SettleAsync();
        await port.SendAsync(5);

        Assert.Equal((5, 10), (port.ToServer.Blocked, port.Back.Blocked));
        Assert.Equal((10, 0), (port.Server.Count, port.Client.Count));

        port.Relay.SetAll(RelaySwitches.None);
        port.Relay.SetAll(RelayConditions.None);
        await port.SendAsync(3);
        Assert.Equal([15, 16, 17], port.Client.Numbers);
    }

    [Fact]
    public async Task Clients_each_get_the_answers_to_their_own_datagrams()
    {
        await using var port = await RelayedPort.StartAsync();
        var clients = Enumerable.Range(0, 20).Select(_ => new DatagramSocket()).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.HoldsAsync(() => clients.All(client => client.Count > 0), "every client has got an answer");

        Assert.Equal(Enumerable.Range(0, clients.Length), clients.Select(client => Assert.Single(client.Numbers)));
        Assert.Equal(clients.Length, port.Node.ClientCount);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Clients_are_limited_and_idle_ones_removed()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        var clients = Enumerable.Range(0, 65).Select(_ => new DatagramSocket()).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.HoldsAsync(
            () => port.Back.Forwarded == 64 && port.ToServer.Received == clients.Length,
            "64 clients are answered, and the last one's datagram is received");
        Assert.Equal(1, port.ToServer.Dropped);
        Assert.Equal(64, port.Node.ClientCount);

        time.Advance(TimeSpan.FromSeconds(90));
        clients[0].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(0));
        await Eventually.HoldsAsync(() => clients[0].Count == 2, "the first client is answered again");
        time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.HoldsAsync(() => port.Node.ClientCount == 1, "the others are removed");

        clients[64].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(64));
        await Eventually.HoldsAsync(() => clients[64].Count == 1, "the last client is answered now");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Too_long_datagram_is_dropped_and_counted()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Client.Send(port.Node.EndPoint, new byte[4097]);
        port.Client.Send(port.Node.EndPoint, new byte[4096]);

        await Eventually.HoldsAsync(
            () => port.Client.Count == 1 && port.ToServer.Received == 2,
            "the shorter one has come back");

        Assert.Equal(4096, port.Client.Received[0].Length);
        Assert.Equal((2, 1, 1), (port.ToServer.Received, port.ToServer.Forwarded, port.ToServer.Dropped));
    }

    [Fact]
    public async Task Missing_server_gives_no_response_and_is_reached_when_it_returns()
    {
        await using var port = await RelayedPort.StartAsync();
        await port.SendAsync(1);
        var place = port.Server.EndPoint;
        await port.Server.DisposeAsync();
        for (var i = 0; i < 20; i++)
        {
            port.Client.Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.HoldsAsync(() => port.ToServer.Received == 21, "the relay has received datagrams that the server did not");
        using var server = new UdpClient(place);
        port.Client.Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(99));

        Assert.Equal(DatagramSocket.CreateNumbered(99), await ReceiveAsync(server));

        static async Task<byte[]> ReceiveAsync(UdpClient server)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return (await server.ReceiveAsync(patience.Token)).Buffer;
        }
    }

    [Fact]
    public async Task Conditions_of_one_server_do_not_affect_others()
    {
        await using var one = new DatagramSocket(echoes: true);
        await using var two = new DatagramSocket(echoes: true);
        await using var client = new DatagramSocket();
        await using var relay = await NetworkRelay.StartAsync(
            [one.EndPoint, two.EndPoint],
            cancellationToken: TestContext.Current.CancellationToken);
        relay.Nodes[0].ToServer.Conditions = new RelayConditions { LossPercent = 100 };
        client.Send(relay.EndPoints[0], DatagramSocket.CreateNumbered(0));
        client.Send(relay.EndPoints[1], DatagramSocket.CreateNumbered(1));

        await Eventually.HoldsAsync(
            () => client.Count == 1 && relay.Nodes[0].ToServer.Counters.Lost == 1,
            "one datagram has passed and one is lost");

        Assert.Equal([1], client.Numbers);
        Assert.Empty(one.Received);
    }

    [Fact]
    public async Task Burst_of_full_datagrams_to_all_servers_passes_without_loss()
    {
        const int Servers = 25, Burst = 64;
        var servers = Enumerable.Range(0, Servers).Select(_ => new DatagramSocket(echoes: true)).ToArray();
        var clients = Enumerable.Range(0, Servers).Select(_ => new DatagramSocket()).ToArray();
        await using (var relay = await NetworkRelay.StartAsync(
            [.. servers.Select(server => server.EndPoint)],
            cancellationToken: TestContext.Current.CancellationToken))
        {
            // A detect of 64 coins.
            var datagram = new byte[1394];
            for (var round = 1; round <= 10; round++)
            {
                for (var i = 0; i < Burst * Servers; i++)
                {
                    clients[i % Servers].Send(relay.EndPoints[i % Servers], datagram);
                }

                await Eventually.HoldsAsync(
                    () => relay.Back.Forwarded == round * Burst * Servers,
                    $"burst {round} has come back completely");
            }

            Assert.Equal(0, relay.ToServers.Dropped + relay.Back.Dropped);
        }

        foreach (var socket in servers.Concat(clients))
        {
            await socket.DisposeAsync();
        }
    }
}
