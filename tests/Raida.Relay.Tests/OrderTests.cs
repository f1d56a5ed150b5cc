using Microsoft.Extensions.Time.Testing;
using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class OrderTests
{
    private const int Many = 2000;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, Many)];

    [Fact]
    public async Task A_delayed_datagram_comes_when_its_time_has_come_and_not_before()
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
        Approximately.Equal(182, port.ToServer.Reordered);
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
}
