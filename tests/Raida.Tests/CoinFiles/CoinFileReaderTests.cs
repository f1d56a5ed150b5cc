using System.Buffers;
using System.IO.Pipelines;
using Raida.CoinFiles;

namespace Raida.Tests.CoinFiles;

public sealed class CoinFileReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    [InlineData(" \r\n\t")]
    [InlineData("\t")]
    [InlineData("\t\t")]
    [InlineData("\t\n \t")]
    public async Task JSON_is_recognized_after_any_white_space(string beginning)
    {
        var file = CoinJson.ToBytes(beginning + CoinJson.File(CoinJson.Coin(7), CoinJson.Coin(8)));

        Assert.Equal(2, (await ReadAsync(file)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData((byte)' ')]
    [InlineData((byte)'\t')]
    [InlineData((byte)'{')]
    public async Task Binary_file_is_recognized_although_its_first_byte_is_a_tab(byte reserved)
    {
        Assert.Equal(2, (await ReadAsync(CoinBinary.File(2).With(1, reserved))).Count);
    }

    [Theory]
    [InlineData(new byte[0], "byte 0: the file is empty")]
    [InlineData(new byte[] { 8 }, "byte 0: this is a binary file of format 8: only format 9 is supported")]
    [InlineData(new byte[] { 200 }, "byte 0: neither a binary coin file of format 9 nor JSON begins like this")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4 }, "byte 0: this is a ZIP archive: extract it, and send the coin files")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8 }, "byte 0: this is compressed with gzip: send the coin file uncompressed")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "byte 0: this is a PNG image: send a binary coin file of format 9 or a JSON file")]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "byte 0: this is a JPEG image: send a binary coin file of format 9 or a JSON file")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0 }, "byte 0: neither a binary coin file of format 9 nor JSON begins like this")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0 }, "byte 0: this is text in UTF-16: send JSON in UTF-8")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'{' }, "byte 0: this is text in UTF-16: send JSON in UTF-8")]
    [InlineData(new byte[] { 9 }, "byte 1: the file is truncated in its header of 32 bytes")]
    [InlineData(new byte[] { 9, 1 }, "byte 2: the file is truncated in its header of 32 bytes")]
    public async Task Unknown_file_format_is_rejected(byte[] file, string expected)
    {
        var exception = await Assert.ThrowsAsync<InvalidCoinFileException>(() => ReadAsync(file));

        Assert.Equal(expected, exception.Message);
    }

    [Fact]
    public async Task JSON_errors_are_reported_as_such()
    {
        await Assert.ThrowsAsync<MalformedJsonException>(() => ReadAsync("{\"coins\":"u8.ToArray()));
        await Assert.ThrowsAsync<MalformedJsonException>(() => ReadAsync("\t{"u8.ToArray()));
        await Assert.ThrowsAsync<MalformedJsonException>(() => ReadAsync("  "u8.ToArray()));
        await Assert.ThrowsAsync<InvalidCoinsException>(() => ReadAsync("{\"coins\":[{}]}"u8.ToArray()));
        await Assert.ThrowsAsync<InvalidCoinsException>(() => ReadAsync("[1]"u8.ToArray()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Pipe_is_read_in_chunks_of_any_size(int pieceLength)
    {
        foreach (var file in (byte[][])[CoinBinary.File(2), CoinJson.ToBytes("\ufeff" + CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2)))])
        {
            var pipe = new Pipe();
            var reading = CoinFileReader.ReadAsync(pipe.Reader, 2, Token);
            foreach (var piece in file.Chunk(pieceLength))
            {
                await pipe.Writer.WriteAsync(piece, Token);
            }

            await pipe.Writer.CompleteAsync();
            Assert.Equal(2, (await reading).Count);
        }
    }

    [Fact]
    public async Task Several_files_of_both_formats_make_one_list_in_order()
    {
        var coins = await ReadAsync(
            CoinBinary.File(3),
            CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2))),
            CoinBinary.File(1).With(38, 99));

        Assert.Equal([16u, 17u, 18u, 1u, 2u, 99u], Enumerable.Range(0, coins.Count).Select(i => coins[i].SerialNumber));
    }

    [Fact]
    public async Task Coin_of_an_earlier_file_is_rejected_in_both_formats()
    {
        // Coin 16 of denomination 1 in both.
        var json = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(16, ",\"denomination\":1")));

        var binary = await Assert.ThrowsAsync<InvalidCoinFileException>(() => ReadAsync(json, CoinBinary.File(2)));
        var text = await Assert.ThrowsAsync<InvalidCoinsException>(() => ReadAsync(CoinBinary.File(2), json));

        Assert.Equal("byte 34: coins[0]: the same denomination and serial number as a coin of an earlier file", binary.Message);
        Assert.Equal("coins[1]: the same denomination and serial number as a coin of an earlier file", text.Message);
    }

    [Fact]
    public async Task Duplicate_coin_in_a_later_file_is_reported_by_its_place_in_that_file()
    {
        var json = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2), CoinJson.Coin(2)));

        var exception = await Assert.ThrowsAsync<InvalidCoinsException>(() => ReadAsync(CoinBinary.File(2), json));

        Assert.Equal("coins[2]: the same denomination and serial number as coins[1]", exception.Message);
    }

    [Fact]
    public async Task Limit_applies_to_all_files_together()
    {
        var json = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2)));

        Assert.Equal(10, (await ReadAsync(CoinBinary.File(8), json)).Count);
        var binary = await Assert.ThrowsAsync<TooManyCoinsException>(() => ReadAsync(json, CoinBinary.File(9)));
        var text = await Assert.ThrowsAsync<TooManyCoinsException>(() => ReadAsync(CoinBinary.File(9), json));

        Assert.Equal((10, 10), (binary.Limit, text.Limit));
    }

    [Fact]
    public void Limit_below_1_is_rejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new CoinFileReader(0));

    private static async Task<Raida.Coins.CoinList> ReadAsync(params byte[][] files)
    {
        var reader = new CoinFileReader(maxCoins: 10);
        foreach (var file in files)
        {
            await reader.AddAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), Token);
        }

        return reader.Build();
    }
}
