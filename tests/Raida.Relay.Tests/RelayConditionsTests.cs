namespace Raida.Relay.Tests;

public sealed class RelayConditionsTests
{
    [Theory]
    [InlineData(-0.1)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void Percentage_outside_0_to_100_is_rejected(double percent)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { LossPercent = percent });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { ReorderPercent = percent });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { DuplicatePercent = percent });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { CorruptPercent = percent });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30_001)]
    public void Delay_outside_0_to_30_s_is_rejected(int milliseconds)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { Delay = time });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelayConditions { Jitter = time });
    }
}
