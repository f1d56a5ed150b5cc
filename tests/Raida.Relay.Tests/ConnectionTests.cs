using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class ConnectionTests
{
    private static readonly byte[] Request = CreateBytes(65_567);
    private static readonly byte[] Answer = CreateBytes(300_000);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_pass_in_both_directions_and_each_direction_ends_separately()
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        using (client)
        using (accepted)
        {
            // The client closes its direction first, and the answer still comes.
            Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
            Assert.Equal(Answer, await StreamServer.SendToEndAsync(accepted, client, Answer));
        }

        await Eventually.HoldsAsync(() => server.Node.Connections.Open == 0, "the connection has ended in the relay");
        Assert.Equal(new ConnectionCounters(Accepted: 1, Stalled: 0, Unreached: 0, Open: 0), server.Node.Connections);
        Assert.Equal(Request.Length, server.Node.ToServer.Counters.StreamBytes);
        Assert.Equal(Answer.Length, server.Node.Back.Counters.StreamBytes);
    }

    [Fact]
    public async Task Server_may_close_its_direction_first()
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;

        Assert.Equal(Answer, await StreamServer.SendToEndAsync(accepted, client, Answer));
        Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
    }

    [Fact]
    public async Task Corruption_flips_one_bit_of_each_part_and_loses_no_byte()
    {
        await using var server = await StreamServer.StartAsync();
        server.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 100 };
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;

        var received = await StreamServer.SendToEndAsync(client, accepted, Request);
        var answer = await StreamServer.SendToEndAsync(accepted, client, Answer);

        var bits = RelayedPort.CountDifferentBits(Request, received);
        Assert.True(bits >= Request.Length / 1400, $"{bits} bits of {Request.Length} bytes were flipped.");
        Assert.Equal(bits, server.Node.ToServer.Counters.CorruptedPieces);
        Assert.Equal(Answer, answer);
    }

    [Fact]
    public async Task Connection_is_not_affected_by_faults_that_TCP_repairs()
    {
        await using var server = await StreamServer.StartAsync();
        server.Relay.SetAll(new RelayConditions
        {
            LossPercent = 100,
            DuplicatePercent = 100,
            ReorderPercent = 100,
            CorruptPercent = 100,
            ChecksumFindsCorruption = true,
        });
        server.Relay.SetAll(new RelaySwitches { UdpBlocked = true });
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;

        Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
        Assert.Equal(Answer, await StreamServer.SendToEndAsync(accepted, client, Answer));
    }

    [Fact]
    public async Task Delayed_part_arrives_when_its_delay_has_passed()
    {
        var time = new FakeTimeProvider();
        await using var server = await StreamServer.StartAsync(time);
        server.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1) };
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;
        await client.SendAsync(new byte[] { 1, 2, 3 }, Cancelled);
        var received = accepted.ReceiveAsync(new byte[10], Cancelled).AsTask();

        // The clock advances by less than the delay, and then by the rest.
        await Eventually.HoldsAsync(() => client.Poll(TimeSpan.Zero, SelectMode.SelectWrite), "the client can send more");
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(received.IsCompleted);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return received.IsCompleted;
            },
            "the part has arrived");

        Assert.Equal(3, await received);
    }

    [Fact]
    public async Task Refused_connections_do_not_affect_open_ones()
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;

        for (var round = 0; round < 3; round++)
        {
            server.Node.Switches = new RelaySwitches { TcpRefused = true };
            var exception = await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(server.Node.EndPoint));
            Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);

            server.Node.Switches = RelaySwitches.None;
            var (another, end) = await server.ConnectAsync();
            another.Dispose();
            end.Dispose();
        }

        Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
        Assert.Equal(4, server.Node.Connections.Accepted);
    }

    [Fact]
    public async Task Stalled_connection_is_accepted_and_never_reaches_the_server()
    {
        await using var server = await StreamServer.StartAsync();
        server.Relay.SetAll(new RelaySwitches { TcpStalled = true });
        using (var stalled = await RawClient.ConnectAsync(server.Node.EndPoint))
        {
            await stalled.SendAsync(Request, Cancelled);
            await Eventually.HoldsAsync(() => server.Node.Connections.Stalled == 1, "the relay has taken the connection");
            Assert.False(server.HasConnection);
            Assert.False(stalled.Poll(TimeSpan.Zero, SelectMode.SelectRead));

            // After the switch is reset, later connections reach the server; this one remains stalled.
            server.Relay.SetAll(RelaySwitches.None);
            var (client, accepted) = await server.ConnectAsync();
            using var _ = client;
            using var __ = accepted;
            Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
            Assert.False(server.HasConnection);
            Assert.False(stalled.Poll(TimeSpan.Zero, SelectMode.SelectRead));
        }

        await Eventually.HoldsAsync(() => server.Node.Connections.Open == 0, "the stalled connection has ended with its client");
    }

    [Fact]
    public async Task Client_is_reset_if_the_server_does_not_listen()
    {
        await using var server = await StreamServer.StartAsync();
        server.Close();

        // On a busy machine the reset may arrive before the client knows that it is connected.
        var exception = await Assert.ThrowsAsync<SocketException>(ConnectAndReadAsync);

        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        await Eventually.HoldsAsync(() => server.Node.Connections.Open == 0, "the connection has ended in the relay");
        Assert.Equal(1, server.Node.Connections.Unreached);

        async Task ConnectAndReadAsync()
        {
            using var client = await RawClient.ConnectAsync(server.Node.EndPoint);
            await RawClient.ReadToEndAsync(client);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_of_one_end_resets_the_other(bool resetsServer)
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        var (resetting, other) = resetsServer ? (accepted, client) : (client, accepted);
        using var _ = other;

        resetting.Close(0);
        var exception = await Assert.ThrowsAsync<SocketException>(() => RawClient.ReadToEndAsync(other));

        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        await Eventually.HoldsAsync(() => server.Node.Connections.Open == 0, "the connection has ended in the relay");
    }

    private static byte[] CreateBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
