using Raida.Coins;

namespace Raida.Tests.Coins;

public sealed class DenominationTests
{
    [Theory]
    [InlineData(-8, 1)]
    [InlineData(-7, 10)]
    [InlineData(-1, 10_000_000)]
    [InlineData(0, 100_000_000)]
    [InlineData(1, 1_000_000_000)]
    [InlineData(6, 100_000_000_000_000)]
    public void Value_is_ten_to_the_power_of_the_code(int code, long value) =>
        Assert.Equal(value, new Denomination(code).Value);

    [Theory]
    [InlineData(-9)]
    [InlineData(7)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Codes_outside_minus_8_to_6_are_rejected(int code)
    {
        Assert.False(Denomination.IsValid(code));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Denomination(code));
    }

    [Fact]
    public void Codes_from_minus_8_to_6_are_valid() =>
        Assert.Equal(Enumerable.Range(-8, 15), Enumerable.Range(-300, 600).Where(code => Denomination.IsValid(code)));

    [Fact]
    public void Default_is_one_coin() => Assert.Equal(new Denomination(0), default);

    [Fact]
    public void Text_of_a_denomination_is_its_code() => Assert.Equal("-7", new Denomination(-7).ToString());
}
