using Raida.CoinFiles;

namespace Raida.Tests.CoinFiles;

public sealed class CoinBinaryErrorTests
{
    private const int FirstCoin = CoinBinary.HeaderLength;
    private const int SecondCoin = FirstCoin + CoinBinary.CoinLength;
    private const int EndOfTwo = SecondCoin + CoinBinary.CoinLength;

    private static readonly byte[] One = CoinBinary.File(1);
    private static readonly byte[] Two = CoinBinary.File(2);

    public static TheoryData<byte[], string> WrongFiles => new()
    {
        { Two.With(0, 8), "byte 0: format 8, 9 expected" },
        { Two.With(3, 1), "byte 2: coin id 1, 6 (CloudCoin) expected" },
        { Two.With(2, 6, 0), "byte 2: coin id 1536, 6 (CloudCoin) expected" },
        { Two.With(5, 1), "byte 5: the file is encrypted (AES-128), one without encryption expected" },
        { Two.With(5, 4), "byte 5: the file is encrypted (AES-256), one without encryption expected" },
        { Two.With(5, 2), "byte 5: the file is encrypted (type 2), one without encryption expected" },
        { Two.With(6, 0, 0), "byte 6: no coins, 1 to 65535 expected" },
        { Two.With(15, 2), "byte 15: flag 2, 0 or 1 expected" },
        { One.With(16, 0x1A), "byte 16: the pownstring's nibble of RAIDA 0 stands for no status, 0 or A to F expected" },
        { One.With(16, 0xA9), "byte 16: the pownstring's nibble of RAIDA 1 stands for no status, 0 or A to F expected" },
        { One.With(28, 0x5A), "byte 28: the pownstring's nibble of RAIDA 24 stands for no status, 0 or A to F expected" },
        { [], "byte 0: the file is truncated in its header of 32 bytes" },
        { Two[..8], "byte 8: the file is truncated in its header of 32 bytes" },
        { Two[..31], "byte 31: the file is truncated in its header of 32 bytes" },
        { Two[..32], "byte 32: the file is truncated at coins[0] of 2, 846 bytes expected" },
        { Two[..SecondCoin], "byte 439: the file is truncated at coins[1] of 2, 846 bytes expected" },
        { Two[..^1], "byte 845: the file is truncated at coins[1] of 2, 846 bytes expected" },
        { Two.With(6, 0xFF, 0xFF), "byte 846: the file is truncated at coins[2] of 65535, 26672777 bytes expected" },
        { Two.With(15, 1), "byte 846: the file is truncated at coins[1] of 2, 1646 bytes expected" },
        { Two.With(FirstCoin, 1), "byte 32: coins[0]: the split id is not 0" },
        { Two.With(SecondCoin + 1, 7), "byte 440: coins[1]: the shard id is not 0" },
        { Two.With(SecondCoin + 2, 7), "byte 441: coins[1]: the denomination is not one from -8 to 6" },
        { Two.With(SecondCoin + 2, 0xF7), "byte 441: coins[1]: the denomination is not one from -8 to 6" },
        { Two.With(SecondCoin, Two[FirstCoin..SecondCoin]), "byte 441: coins[1]: the same denomination and serial number as coins[0]" },
        { [.. Two, 0], "byte 846: 1 byte after the last of 2 coins, none or 18 of padding expected" },
        { [.. Two, .. new byte[17]], "byte 846: 17 bytes after the last of 2 coins, none or 18 of padding expected" },
        { [.. Two, .. new byte[19]], "byte 864: more after the last of 2 coins than padding to a multiple of 32" },
        { [.. Two, .. new byte[18], 1], "byte 864: more after the last of 2 coins than padding to a multiple of 32" },
        { [.. Two, .. Two[FirstCoin..]], "byte 864: more after the last of 2 coins than padding to a multiple of 32" },
        { [.. CoinBinary.File(32), 0], "byte 13056: more after the last of 32 coins than padding to a multiple of 32" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task Invalid_file_is_rejected_with_offset_and_problem(byte[] file, string expected)
    {
        using var stream = new TricklingStream(file, pieceLength: 50);

        var exception = await Assert.ThrowsAsync<InvalidCoinFileException>(() => BinaryReading.ReadAsync(stream, 65_535));

        Assert.Equal(expected, exception.Message);
        Assert.StartsWith($"byte {exception.Offset}:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_coin_in_files_with_proposed_secrets_is_reported_by_its_offset()
    {
        var file = CoinBinary.File(3, proposals: true);
        file.AsSpan(32, 7).CopyTo(file.AsSpan(32 + (2 * 807)));
        using var stream = new MemoryStream(file);

        var exception = await Assert.ThrowsAsync<InvalidCoinFileException>(() => BinaryReading.ReadAsync(stream, 3));

        Assert.Equal("byte 1648: coins[2]: the same denomination and serial number as coins[0]", exception.Message);
    }
}
