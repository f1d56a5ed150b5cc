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
    public async Task Bytes_pass_both_ways_and_each_way_ends_by_itself()
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        using (client)
        using (accepted)
        {
            // The client ends its own direction first, and the answer still comes.
            Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
            Assert.Equal(Answer, await StreamServer.SendToEndAsync(accepted, client, Answer));
        }

        await Eventually.HoldsAsync(() => server.Node.Connections.Open == 0, "the connection has ended in the relay");
        Assert.Equal(new ConnectionCounters(Accepted: 1, Stalled: 0, Unreached: 0, Open: 0), server.Node.Connections);
        Assert.Equal(Request.Length, server.Node.ToServer.Counters.StreamBytes);
        Assert.Equal(Answer.Length, server.Node.Back.Counters.StreamBytes);
    }

    [Fact]
    public async Task The_server_may_end_its_direction_first()
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;

        Assert.Equal(Answer, await StreamServer.SendToEndAsync(accepted, client, Answer));
        Assert.Equal(Request, await StreamServer.SendToEndAsync(client, accepted, Request));
    }

    [Fact]
    public async Task One_bit_of_each_piece_is_flipped_and_no_byte_is_lost()
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
    public async Task A_connection_is_spared_what_the_system_makes_good()
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
    public async Task A_delayed_piece_comes_when_its_time_has_come()
    {
        var time = new FakeTimeProvider();
        await using var server = await StreamServer.StartAsync(time);
        server.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1) };
        var (client, accepted) = await server.ConnectAsync();
        using var _ = client;
        using var __ = accepted;
        await client.SendAsync(new byte[] { 1, 2, 3 }, Cancelled);
        var received = accepted.ReceiveAsync(new byte[10], Cancelled).AsTask();

        // A clock that goes on by less than the delay in all, and then by the rest.
        await Eventually.HoldsAsync(() => client.Poll(TimeSpan.Zero, SelectMode.SelectWrite), "the client may send more");
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(received.IsCompleted);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return received.IsCompleted;
            },
            "the piece has arrived");

        Assert.Equal(3, await received);
    }

    [Fact]
    public async Task Connections_are_refused_while_they_shall_be_and_those_that_are_open_go_on()
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
    public async Task A_stalled_connection_is_accepted_and_never_reaches_the_server()
    {
        await using var server = await StreamServer.StartAsync();
        server.Relay.SetAll(new RelaySwitches { TcpStalled = true });
        using (var stalled = await RawClient.ConnectAsync(server.Node.EndPoint))
        {
            await stalled.SendAsync(Request, Cancelled);
            await Eventually.HoldsAsync(() => server.Node.Connections.Stalled == 1, "the relay has taken the connection");
            Assert.False(server.HasConnection);
            Assert.False(stalled.Poll(TimeSpan.Zero, SelectMode.SelectRead));

            // Later ones are not concerned when the switch is taken back; this one stays as it is.
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
    public async Task A_client_is_reset_when_the_server_is_not_there()
    {
        await using var server = await StreamServer.StartAsync();
        server.Close();

        // On a busy machine the reset may be there before the client has seen that it was connected.
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
    public async Task A_reset_of_one_end_resets_the_other(bool isOfServer)
    {
        await using var server = await StreamServer.StartAsync();
        var (client, accepted) = await server.ConnectAsync();
        var (resetting, other) = isOfServer ? (accepted, client) : (client, accepted);
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
