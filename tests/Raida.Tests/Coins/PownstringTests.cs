using System.Text;
using CsCheck;
using Raida.Coins;

namespace Raida.Tests.Coins;

public sealed class PownstringTests
{
    [Theory]
    [InlineData(CoinStatus.Pass, 'p', 0xA)]
    [InlineData(CoinStatus.Fail, 'f', 0xF)]
    [InlineData(CoinStatus.NoReply, 'n', 0xC)]
    [InlineData(CoinStatus.Error, 'e', 0xE)]
    [InlineData(CoinStatus.Dropped, 'd', 0xD)]
    [InlineData(CoinStatus.Undecryptable, 'b', 0xB)]
    [InlineData(CoinStatus.Untried, 'u', 0x0)]
    public void Every_status_has_its_letter_and_nibble(CoinStatus status, char letter, int nibble)
    {
        Assert.Equal(letter, default(Pownstring).With(0, status).ToString()[0]);
        Assert.Equal(nibble, (int)status);
        Assert.True(CoinStatusLetters.IsNibble(nibble));
        Assert.True(CoinStatusLetters.TryParse(letter, out var lower));
        Assert.True(CoinStatusLetters.TryParse(char.ToUpperInvariant(letter), out var upper));
        Assert.Equal((status, status), (lower, upper));
    }

    [Fact]
    public void No_other_letter_or_nibble_stands_for_a_status()
    {
        var letters = Enumerable.Range(0, char.MaxValue + 1).Select(i => (char)i).Where(c => CoinStatusLetters.TryParse(c, out _));
        Assert.Equal("BDEFNPUbdefnpu", string.Concat(letters));
        Assert.Equal([0, 10, 11, 12, 13, 14, 15], Enumerable.Range(-20, 60).Where(CoinStatusLetters.IsNibble));
    }

    [Fact]
    public void Letters_are_read_as_they_were_written() =>
        Gen.Select(Pownstrings.Texts, Gen.Bool).Sample((text, isUpper) =>
            Pownstrings.Parse(isUpper ? text.ToUpperInvariant() : text).ToString() == text);

    [Fact]
    public void Letters_as_UTF8_equal_the_text() =>
        Pownstrings.Texts.Sample(text =>
        {
            var letters = new byte[RaidaNetwork.NodeCount];
            Pownstrings.Parse(text).WriteLetters(letters);
            return Encoding.UTF8.GetString(letters) == text;
        });

    [Fact]
    public void Nibbles_are_read_as_they_were_written() =>
        Pownstrings.All.Sample(pownstring =>
        {
            var packed = new byte[Pownstring.PackedLength];
            pownstring.Pack(packed);
            return Pownstring.TryUnpack(packed, out var unpacked) && unpacked == pownstring;
        });

    [Fact]
    public void Nibble_of_RAIDA_0_is_the_high_one_of_the_first_byte()
    {
        var packed = new byte[Pownstring.PackedLength];

        Pownstrings.Parse("pfnedbuppppppppppppppppfn").Pack(packed);

        Assert.Equal("AFCEDB0AAAAAAAAAAAAAAAAFC0", Convert.ToHexString(packed));
    }

    [Fact]
    public void Last_nibble_is_ignored()
    {
        Assert.True(Pownstring.TryUnpack(Convert.FromHexString("AFCEDB0AAAAAAAAAAAAAAAAFC7"), out var pownstring));
        Assert.Equal("pfnedbuppppppppppppppppfn", pownstring.ToString());
    }

    [Theory]
    [InlineData("AFCEDB0AAAAAAAAAAAAAAAAF10")]
    [InlineData("9FCEDB0AAAAAAAAAAAAAAAAFC0")]
    [InlineData("AFCEDB0AAAAAAAAAAAAAAAAF")]
    [InlineData("AFCEDB0AAAAAAAAAAAAAAAAFC000")]
    [InlineData("")]
    public void Invalid_nibbles_and_lengths_are_rejected(string packed)
    {
        Assert.False(Pownstring.TryUnpack(Convert.FromHexString(packed), out var pownstring));
        Assert.Equal(default, pownstring);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pppppppppppppppppppppppp")]
    [InlineData("pppppppppppppppppppppppppp")]
    [InlineData("ppppppppppppxpppppppppppp")]
    [InlineData("pppppppppppp pppppppppppp")]
    public void Texts_other_than_25_letters_are_rejected(string text)
    {
        Assert.False(Pownstring.TryParse(text, out var pownstring));
        Assert.Equal(default, pownstring);
    }

    [Fact]
    public void Default_means_that_no_RAIDA_was_asked() => Assert.Equal(new string('u', 25), default(Pownstring).ToString());

    [Fact]
    public void With_changes_one_RAIDA_and_no_other() =>
        Gen.Select(Pownstrings.Texts, Gen.Int[0, 24], Gen.Char[Pownstrings.Letters]).Sample((text, raida, letter) =>
        {
            var status = GetStatus(letter);
            var changed = Pownstrings.Parse(text).With(raida, status);
            return changed.ToString() == text[..raida] + letter + text[(raida + 1)..] && changed[raida] == status;
        });

    [Fact]
    public void Count_counts_the_letter() =>
        Pownstrings.Texts.Sample(text => Pownstrings.Letters.All(letter =>
        {
            var status = GetStatus(letter);
            return Pownstrings.Parse(text).Count(status) == text.Count(other => other == letter);
        }));

    [Theory]
    [InlineData(-1)]
    [InlineData(25)]
    public void Pownstring_has_25_statuses(int raida)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Pownstring)[raida]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Pownstring).With(raida, CoinStatus.Pass));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(0x1A)]
    [InlineData(0xFF)]
    public void Undefined_status_is_rejected(byte status)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Pownstring).With(3, (CoinStatus)status));
    }

    [Fact]
    public void Equal_texts_are_equal_pownstrings() =>
        Gen.Select(Pownstrings.Texts, Pownstrings.Texts).Sample((left, right) =>
        {
            var (a, b, again) = (Pownstrings.Parse(left), Pownstrings.Parse(right), Pownstrings.Parse(left));
            return a == b == (left == right) && a != b == (left != right) && a.Equals((object)again)
                && a.GetHashCode() == again.GetHashCode();
        });

    private static CoinStatus GetStatus(char letter)
    {
        Assert.True(CoinStatusLetters.TryParse(letter, out var status));
        return status;
    }
}
