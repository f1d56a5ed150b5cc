using System.Buffers.Binary;
using Raida.CoinFiles;

namespace Raida.Tests.CoinFiles;

/// <summary>
/// Thousands of damaged files, the same in every run. A binary file must be read exactly if it is valid; any other must fail with one of
/// the documented exceptions, which gives the place of the error and none of a coin's secrets.
/// </summary>
public sealed class CoinFileFuzzTests
{
    private const int MaxCoins = 40;
    private const int RandomFiles = 20_000;

    private static readonly byte[][] BinaryFiles =
    [
        CoinBinary.File(1).With(16, 0xAA, 0xAC, 0xF0),
        CoinBinary.File(1, proposals: true, padded: true),
        CoinBinary.File(2, padded: true),
        CoinBinary.File(3),
        CoinBinary.File(3, proposals: true, padded: true),
        CoinBinary.File(32),
    ];

    private static readonly byte[][] JsonFiles =
    [
        CoinJson.ToBytes(CoinJson.Rich("coins", "ans", "pownstring")),
        CoinJson.ToBytes("\ufeff" + CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2))),
        CoinJson.ToBytes("\t\t" + CoinJson.Rich("cloudcoin", "an", "pown")),
    ];

    [Fact]
    public async Task Truncated_file_is_rejected_at_its_end_or_where_its_padding_begins()
    {
        foreach (var file in BinaryFiles.Take(5))
        {
            for (var length = 1; length < file.Length; length++)
            {
                var outcome = await ReadAsync(file[..length]);
                Assert.Equal(CoinBinary.IsRight(file[..length]), outcome is null);
                if (outcome is not null)
                {
                    var end = CoinBinary.GetEndOfCoins(file);
                    Assert.Equal(Math.Min(length, end), Assert.IsType<InvalidCoinFileException>(outcome).Offset);
                }
            }
        }
    }

    [Fact]
    public Task Flipped_bit_of_header_or_names_is_rejected_or_harmless() => CheckAllAsync(
        from file in BinaryFiles.Take(5)
        let coinLength = CoinBinary.CoinLength + (file[15] * CoinBinary.LengthOfProposals)
        from place in Enumerable.Range(0, file.Length)
        where place < CoinBinary.HeaderLength || (place - CoinBinary.HeaderLength) % coinLength < 8
        from bit in Enumerable.Range(0, 8)
        select file.With(place, (byte)(file[place] ^ (1 << bit))));

    [Fact]
    public Task Every_value_of_a_header_byte_is_rejected_or_harmless() => CheckAllAsync(
        from file in BinaryFiles
        from place in Enumerable.Range(0, CoinBinary.HeaderLength)
        from value in Enumerable.Range(0, 256)
        select file.With(place, (byte)value));

    [Fact]
    public Task Inserted_removed_or_appended_byte_is_rejected_or_harmless() => CheckAllAsync(
        from file in BinaryFiles.Take(5)
        from place in Enumerable.Range(0, file.Length)
        from changed in (byte[][])[[.. file[..place], 9, .. file[place..]], [.. file[..place], .. file[(place + 1)..]], [.. file, .. file[place..]]]
        select changed);

    [Fact]
    public Task Hostile_number_of_coins_is_rejected() => CheckAllAsync(
        from file in BinaryFiles
        from count in Enumerable.Range(0, 70).Concat([255, 256, 257, 1000, 32_767, 32_768, 65_279, 65_280, 65_534, 65_535])
        from flag in (byte[])[0, 1, 255]
        select file.With(6, (byte)(count >> 8), (byte)count).With(15, flag));

    [Fact]
    public Task Random_changes_are_rejected_or_harmless()
    {
        var random = new Random(20260727);
        return CheckAllAsync(Enumerable.Range(0, RandomFiles).Select(_ => Mutate(random)));
    }

    private static byte[] Mutate(Random random)
    {
        byte[][] files = [.. BinaryFiles, .. JsonFiles];
        var file = files[random.Next(files.Length)];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var start = random.Next(random.Next(4) == 0 ? file.Length + 1 : Math.Min(file.Length + 1, 64));
            var end = Math.Min(file.Length, start + random.Next(8));
            var other = files[random.Next(files.Length)];
            var taken = random.Next(other.Length);
            file = random.Next(5) switch
            {
                0 => file[..start],
                1 => [.. file[..start], .. file[end..]],
                2 => [.. file[..start], .. other.AsSpan(taken, random.Next(Math.Min(900, other.Length - taken))), .. file[start..]],
                3 => [.. file[..start], .. CreateRandom(random, end - start), .. file[end..]],
                _ => [.. file[..start], .. CreateLength(random), .. file[Math.Min(file.Length, start + 2)..]],
            };
        }

        return file;
    }

    private static byte[] CreateRandom(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] CreateLength(Random random)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, random.Next(3) == 0 ? ushort.MaxValue : (ushort)random.Next(64));
        return bytes;
    }

    private static async Task CheckAllAsync(IEnumerable<byte[]> files)
    {
        var (read, refused) = (0, 0);
        foreach (var file in files)
        {
            var outcome = await ReadAsync(file);
            Check(file, outcome);
            _ = outcome is null ? read++ : refused++;
        }

        Assert.True(read > 0 && refused > 100, $"{read} files were read and {refused} refused: hardly a test.");
    }

    private static void Check(byte[] file, Exception? outcome)
    {
        var description = $"{outcome?.ToString() ?? "read"}: {Convert.ToHexString(file.AsSpan(0, Math.Min(80, file.Length)))}";
        Assert.True(outcome is null || file.Length < 40 || !HoldsSecret(outcome.Message), description);
        switch (outcome)
        {
            case null:
                Assert.True(file[0] != 9 || CoinBinary.IsRight(file) || file[1] is (byte)'\t' or (byte)'{', description);
                break;
            case InvalidCoinFileException wrong:
                Assert.False(CoinBinary.IsRight(file), description);
                Assert.StartsWith($"byte {wrong.Offset}: ", wrong.Message, StringComparison.Ordinal);
                Assert.InRange(wrong.Offset, 0, file.Length);
                break;
            case TooManyCoinsException many:
                Assert.Equal(MaxCoins, many.Limit);
                break;
            case MalformedJsonException malformed:
                Assert.NotEqual(0, malformed.Line * malformed.Position);
                Assert.False(CoinBinary.IsRight(file), description);
                break;
            default:
                Assert.True(Assert.IsType<InvalidCoinsException>(outcome).ErrorCount > 0);
                Assert.False(CoinBinary.IsRight(file), description);
                break;
        }
    }

    private static bool HoldsSecret(string message) =>
        message.Contains("fedcba98", StringComparison.OrdinalIgnoreCase) || message.Contains("EEEE", StringComparison.Ordinal);

    private static async Task<Exception?> ReadAsync(byte[] file)
    {
        using var stream = new MemoryStream(file);
        try
        {
            Assert.NotEqual(0, (await CoinFileReader.ReadAsync(stream, MaxCoins, TestContext.Current.CancellationToken)).Count);
            return null;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
        {
            return exception;
        }
    }
}
