using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class OrderTests
{
    private const int Many = 2000;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, Many)];

    [Fact]
    public async Task Delayed_datagram_arrives_when_its_delay_has_passed_and_not_before()
    {
        var time = new FakeTimeProvider();
        await using var port = await RelayedPort.StartAsync(timeProvider: time);
        port.Node.ToServer.Conditions = new RelayConditions { Delay = TimeSpan.FromMilliseconds(300) };
        port.Node.Back.Conditions = new RelayConditions { Delay = TimeSpan.FromSeconds(1) };

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
    public async Task Jitter_lets_datagrams_overtake_one_another_within_its_limit()
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
    public async Task Reordering_of_all_datagrams_swaps_every_two()
    {
        // The clock stands still: no datagram is released by time.
        await using var port = await RelayedPort.StartAsync(timeProvider: new FakeTimeProvider());
        port.Node.Back.Conditions = new RelayConditions { ReorderPercent = 100 };

        await port.SendAsync(Many);

        Assert.Equal(InOrder, port.Server.Numbers);
        Assert.Equal(InOrder.Select(number => number ^ 1), port.Client.Numbers);
        Assert.Equal(Many / 2, port.Back.Reordered);
    }

    [Fact]
    public async Task Reordering_of_some_datagrams_loses_none()
    {
        await using var port = await RelayedPort.StartAsync(timeProvider: new FakeTimeProvider());
        port.Node.ToServer.Conditions = new RelayConditions { ReorderPercent = 10 };

        // The last one may still be held back, so it is not checked.
        await port.SendAsync(Many + 1);

        var numbers = port.Server.Numbers;
        Assert.Equal(port.ToServer.Reordered, numbers.Zip(numbers.Skip(1)).Count(pair => pair.First > pair.Second));
        Approximately.Equal(182, port.ToServer.Reordered);
        Assert.Equal(InOrder, numbers.Where(number => number < Many).Order());
    }

    [Fact]
    public async Task Reordered_datagram_without_a_successor_is_held_back_for_20_ms()
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
}
