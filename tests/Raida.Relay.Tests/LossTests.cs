using Raida.Relay.Tests.Support;

namespace Raida.Relay.Tests;

public sealed class LossTests
{
    private const int Many = 2000;

    [Fact]
    public async Task Loss_has_the_configured_percentage_in_each_direction()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.Set(new RelayConditions { LossPercent = 10 }, new RelayConditions { LossPercent = 30 });

        await port.SendAsync(Many);

        Approximately.Equal(200, port.ToServer.Lost);
        Approximately.Equal(540, port.Back.Lost);
        Assert.Equal(Many - port.ToServer.Lost, port.Server.Count);
        Assert.Equal(port.Server.Count - port.Back.Lost, port.Client.Count);
        Assert.Equal(port.Client.Numbers.Order(), port.Client.Numbers);
        Assert.Equal(0, port.ToServer.Dropped + port.Back.Dropped);
    }

    [Fact]
    public async Task Seed_decides_which_datagrams_are_lost_independently_of_other_conditions()
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
    public async Task Duplication_has_the_configured_percentage()
    {
        await using var port = await RelayedPort.StartAsync();
        port.Node.ToServer.Conditions = new RelayConditions { DuplicatePercent = 25 };

        await port.SendAsync(Many);

        Approximately.Equal(500, port.ToServer.Duplicated);
        Assert.Equal(Many + port.ToServer.Duplicated, port.Server.Count);
        var times = port.Server.Numbers.CountBy(number => number).ToArray();
        Assert.Equal(Many, times.Length);
        Assert.Equal(port.ToServer.Duplicated, times.Count(number => number.Value == 2));
        Assert.DoesNotContain(times, number => number.Value > 2);
    }
}
