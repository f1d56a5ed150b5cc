using CsCheck;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class DetectPayloadTests
{
    [Theory]
    [InlineData(0, "0100")]
    [InlineData(1, "0200")]
    [InlineData(7, "8000")]
    [InlineData(8, "0001")]
    [InlineData(15, "0080")]
    public void Coins_are_counted_from_the_least_significant_bit(int coin, string expected)
    {
        var bitField = new byte[2];

        DetectPayload.SetAuthentic(bitField, coin);

        Assert.Equal(expected, Convert.ToHexString(bitField));
        Assert.Equal(coin, Assert.Single(Enumerable.Range(0, 16), i => DetectPayload.IsAuthentic(bitField, i)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(64, 8)]
    [InlineData(3_119, 390)]
    public void Bit_field_has_a_byte_for_every_eight_coins_begun(int coins, int expected) =>
        Assert.Equal(expected, DetectPayload.GetBitFieldLength(coins));

    [Fact]
    public void Every_bit_is_read_as_it_was_set() =>
        Gen.Bool.Array[1, 300].Sample(verdicts =>
        {
            var bitField = new byte[DetectPayload.GetBitFieldLength(verdicts.Length)];
            for (var coin = 0; coin < verdicts.Length; coin++)
            {
                if (verdicts[coin])
                {
                    DetectPayload.SetAuthentic(bitField, coin);
                }
            }

            return verdicts.Select((verdict, coin) => DetectPayload.IsAuthentic(bitField, coin) == verdict).All(same => same);
        });
}
