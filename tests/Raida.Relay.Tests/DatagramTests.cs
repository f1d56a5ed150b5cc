using System.Net.Sockets;
using System.Numerics;
using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class DatagramTests
{
    private const int Many = 2000;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, Many)];

    [Fact]
    public async Task Everything_passes_both_ways_unchanged_and_in_order_when_nothing_else_is_asked_for()
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
    public async Task As_many_are_lost_as_asked_for_each_way()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.Set(new RelayConditions { LossPercent = 10 }, new RelayConditions { LossPercent = 30 });

        await port.SendAsync(Many);

        AssertAbout(200, port.ToServer.Lost);
        AssertAbout(540, port.Back.Lost);
        Assert.Equal(Many - port.ToServer.Lost, port.Server.Count);
        Assert.Equal(port.Server.Count - port.Back.Lost, port.Client.Count);
        Assert.Equal(port.Client.Numbers.Order(), port.Client.Numbers);
        Assert.Equal(0, port.ToServer.Dropped + port.Back.Dropped);
    }

    [Fact]
    public async Task The_same_seed_loses_the_same_whatever_else_happens_and_another_one_others()
    {
        var first = await LoseAsync(seed: 7, new RelayConditions { LossPercent = 20 });
        var again = await LoseAsync(seed: 7, new RelayConditions { LossPercent = 20, CorruptPercent = 100, CorruptedBytes = 4.. });
        var other = await LoseAsync(seed: 8, new RelayConditions { LossPercent = 20 });

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static async Task<IReadOnlyList<int>> LoseAsync(int seed, RelayConditions conditions)
        {
            await using var port = await RelayedPort.StartAsync(seed);
            port.Node.ToServer.Conditions = conditions;
            await port.SendAsync(500);
            return port.Server.Numbers;
        }
    }

    [Fact]
    public async Task As_many_come_twice_as_asked_for()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { DuplicatePercent = 25 };

        await port.SendAsync(Many);

        AssertAbout(500, port.ToServer.Duplicated);
        Assert.Equal(Many + port.ToServer.Duplicated, port.Server.Count);
        var times = port.Server.Numbers.CountBy(number => number).ToArray();
        Assert.Equal(Many, times.Length);
        Assert.Equal(port.ToServer.Duplicated, times.Count(number => number.Value == 2));
        Assert.DoesNotContain(times, number => number.Value > 2);
    }

    [Fact]
    public async Task Each_two_change_places_when_all_are_to_be_overtaken()
    {
        // The clock stands: nothing is let go by the time.
        await using var port = await RelayedPort.StartAsync(timeProvider: new FakeTimeProvider());
        port.Node.Back.Conditions = new RelayConditions { ReorderPercent = 100 };

        await port.SendAsync(Many);

        Assert.Equal(InOrder, port.Server.Numbers);
        Assert.Equal(InOrder.Select(number => number ^ 1), port.Client.Numbers);
        Assert.Equal(Many / 2, port.Back.Reordered);
    }

    [Fact]
    public async Task Some_are_overtaken_and_none_is_lost_when_some_are_to_be()
    {
        await using var port = await RelayedPort.StartAsync(timeProvider: new FakeTimeProvider());
        port.Node.ToServer.Conditions = new RelayConditions { ReorderPercent = 10 };

        // The last one may be held back with nothing behind it: it is not looked at.
        await port.SendAsync(Many + 1);

        var numbers = port.Server.Numbers;
        Assert.Equal(port.ToServer.Reordered, numbers.Zip(numbers.Skip(1)).Count(pair => pair.First > pair.Second));
        AssertAbout(182, port.ToServer.Reordered);
        Assert.Equal(InOrder, numbers.Where(number => number < Many).Order());
    }

    [Fact]
    public async Task One_that_nothing_follows_is_held_back_for_a_moment_only()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.ToServer.Conditions = new RelayConditions { ReorderPercent = 100 };

        await port.SendAsync(1);
        Assert.Equal(0, port.ToServer.Forwarded);
        time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(0, port.ToServer.Forwarded);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, port.ToServer.Forwarded);
        Assert.Equal(0, port.ToServer.Reordered);
        await port.SettleAsync();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 9)]
    [InlineData(32, 0)]
    [InlineData(70, 71)]
    public async Task One_bit_is_flipped_of_the_bytes_that_are_to_be_corrupted(int start, int end)
    {
        await using var port = await RelayedPort.StartAsync();
        var bytes = end == 0 ? start.. : start..end;
        port.Node.Back.Conditions = new RelayConditions { CorruptPercent = 100, CorruptedBytes = bytes };

        await port.SendAsync(Many);

        Assert.Equal(Many, port.Back.Corrupted);
        Assert.Equal(InOrder.Select(DatagramSocket.CreateNumbered), port.Server.Received);
        var bits = new HashSet<int>();
        foreach (var (sent, received) in port.Server.Received.Zip(port.Client.Received))
        {
            Assert.Equal(1, RelayedPort.CountDifferentBits(sent, received));
            Assert.Equal(sent[..start], received[..start]);
            Assert.Equal(sent[bytes.End..], received[bytes.End..]);
            var place = Enumerable.Range(0, sent.Length).First(i => sent[i] != received[i]);
            bits.Add((place * 8) + BitOperations.Log2((uint)(sent[place] ^ received[place])));
        }

        // Any bit may be it, not always the same.
        var length = bytes.GetOffsetAndLength(DatagramSocket.NumberedLength).Length;
        Assert.True(bits.Count > length * 8 * 0.9, $"{bits.Count} of {length * 8} bits were flipped.");
    }

    [Fact]
    public async Task As_many_are_corrupted_as_asked_for()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 20 };

        await port.SendAsync(Many);

        AssertAbout(400, port.ToServer.Corrupted);
        var changed = port.Server.Received.Zip(InOrder.Select(DatagramSocket.CreateNumbered)).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.Equal(port.ToServer.Corrupted, changed);
        Assert.Equal(Many, port.Client.Count);
    }

    [Fact]
    public async Task Datagrams_without_the_bytes_that_are_to_be_corrupted_pass_unchanged()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 100, CorruptedBytes = DatagramSocket.NumberedLength.. };

        await port.SendAsync(10);

        Assert.Equal(0, port.ToServer.Corrupted);
        Assert.Equal(Enumerable.Range(0, 10).Select(DatagramSocket.CreateNumbered), port.Server.Received);
    }

    [Fact]
    public async Task Corrupted_ones_vanish_where_the_checksum_finds_them()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { CorruptPercent = 20, ChecksumFindsCorruption = true };

        await port.SendAsync(Many);

        AssertAbout(400, port.ToServer.Corrupted);
        Assert.Equal(Many - port.ToServer.Corrupted, port.Server.Count);
        Assert.All(port.Server.Received.Zip(port.Server.Numbers), pair => Assert.Equal(DatagramSocket.CreateNumbered(pair.Second), pair.First));
    }

    [Fact]
    public async Task A_delayed_datagram_comes_when_its_time_has_come_and_not_before()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.Set(new RelayConditions { Delay = TimeSpan.FromMilliseconds(300) }, new RelayConditions { Delay = TimeSpan.FromSeconds(1) });

        await port.SendAsync(100);
        time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal(0, port.ToServer.Forwarded);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, port.ToServer.Forwarded);
        await port.SettleAsync();
        Assert.Equal(0, port.Back.Forwarded);
        time.Advance(TimeSpan.FromSeconds(1));
        await port.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 100), port.Client.Numbers);
    }

    [Fact]
    public async Task With_jitter_they_come_within_it_and_overtake_one_another()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1), Jitter = TimeSpan.FromSeconds(1) };

        await port.SendAsync(200);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, port.ToServer.Forwarded);
        time.Advance(TimeSpan.FromMilliseconds(501));
        Assert.InRange(port.ToServer.Forwarded, 60, 140);
        time.Advance(TimeSpan.FromMilliseconds(500));
        await port.SettleAsync();

        var numbers = port.Server.Numbers;
        Assert.NotEqual(Enumerable.Range(0, 200), numbers);
        Assert.Equal(Enumerable.Range(0, 200), numbers.Order());
    }

    [Fact]
    public async Task Nothing_passes_either_way_while_datagrams_are_blocked()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1) };
        await port.SendAsync(10);
        port.Relay.SetAll(new RelaySwitches { UdpBlocked = true });

        // Those that were let through before still arrive; the answers do not.
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
    public async Task Every_client_gets_the_answers_to_its_own_datagrams()
    {
        await using var port = await RelayedPort.StartAsync();
        var clients = Enumerable.Range(0, 20).Select(_ => new DatagramSocket()).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.IsTrueAsync(() => clients.All(client => client.Count > 0), "every client has got an answer");

        Assert.Equal(Enumerable.Range(0, clients.Length), clients.Select(client => Assert.Single(client.Numbers)));
        Assert.Equal(clients.Length, port.Node.ClientCount);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Clients_are_bounded_and_silent_ones_forgotten()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        var clients = Enumerable.Range(0, 65).Select(_ => new DatagramSocket()).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.IsTrueAsync(() => port.Back.Forwarded == 64, "64 clients are answered");
        Assert.Equal(1, port.ToServer.Dropped);
        Assert.Equal(64, port.Node.ClientCount);

        time.Advance(TimeSpan.FromSeconds(90));
        clients[0].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(0));
        await Eventually.IsTrueAsync(() => clients[0].Count == 2, "the first client is answered again");
        time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.IsTrueAsync(() => port.Node.ClientCount == 1, "the others are forgotten");

        clients[64].Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(64));
        await Eventually.IsTrueAsync(() => clients[64].Count == 1, "the last client is answered now");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_datagram_that_is_too_long_is_dropped_and_counted()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Client.Send(port.Node.EndPoint, new byte[4097]);
        port.Client.Send(port.Node.EndPoint, new byte[4096]);

        await Eventually.IsTrueAsync(() => port.Client.Count == 1, "the one that is not too long has come back");

        Assert.Equal(4096, port.Client.Received[0].Length);
        Assert.Equal((2, 1, 1), (port.ToServer.Received, port.ToServer.Forwarded, port.ToServer.Dropped));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_silence_and_heard_again_when_it_is()
    {
        await using var port = await RelayedPort.StartAsync();
        await port.SendAsync(1);
        var place = port.Server.EndPoint;
        await port.Server.DisposeAsync();
        for (var i = 0; i < 20; i++)
        {
            port.Client.Send(port.Node.EndPoint, DatagramSocket.CreateNumbered(i));
        }

        await Eventually.IsTrueAsync(() => port.ToServer.Received == 21, "the relay has taken what nobody received");
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
    public async Task One_servers_conditions_leave_the_others_alone()
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

        await Eventually.IsTrueAsync(
            () => client.Count == 1 && relay.Nodes[0].ToServer.Counters.Lost == 1,
            "one datagram has passed and one is lost");

        Assert.Equal([1], client.Numbers);
        Assert.Empty(one.Received);
    }

    [Fact]
    public async Task A_burst_of_full_datagrams_to_all_servers_gets_through_whole()
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

                await Eventually.IsTrueAsync(
                    () => relay.Back.Forwarded == round * Burst * Servers,
                    $"burst {round} has come back whole");
            }

            Assert.Equal(0, relay.ToServers.Dropped + relay.Back.Dropped);
        }

        foreach (var socket in servers.Concat(clients))
        {
            await socket.DisposeAsync();
        }
    }

    /// <summary>Within four standard deviations, and more: whatever the dice, this holds.</summary>
    private static void AssertAbout(long expected, long actual) =>
        Assert.InRange(actual, expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
}
