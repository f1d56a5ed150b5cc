using System.Text;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class ChallengeTests
{
    [Fact]
    public void Check_value_of_twelve_zero_bytes_is_7BD5C66F() =>
        Assert.True(Challenge.IsValid([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0xD5, 0xC6, 0x6F]));

    [Fact]
    public void Check_value_of_the_digits_is_CBF43926() =>
        Assert.Equal(0xCBF43926u, System.IO.Hashing.Crc32.HashToUInt32(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void New_challenge_is_valid_and_fills_sixteen_bytes()
    {
        Span<byte> buffer = stackalloc byte[Challenge.Length + 1];

        Challenge.Create(buffer);

        Assert.True(Challenge.IsValid(buffer));
        Assert.Equal(0, buffer[^1]);
    }

    [Fact]
    public void Two_challenges_differ()
    {
        Span<byte> first = stackalloc byte[Challenge.Length];
        Span<byte> second = stackalloc byte[Challenge.Length];

        Challenge.Create(first);
        Challenge.Create(second);

        Assert.False(first.SequenceEqual(second));
    }

    [Fact]
    public void Challenge_with_any_bit_changed_is_invalid()
    {
        var challenge = new byte[Challenge.Length];
        Challenge.Create(challenge);

        for (var bit = 0; bit < 8 * Challenge.Length; bit++)
        {
            var changed = challenge.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Challenge.IsValid(changed), $"bit {bit}");
        }
    }
}
