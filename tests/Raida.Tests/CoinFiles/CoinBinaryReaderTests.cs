using System.Buffers;
using System.IO.Pipelines;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinBinaryReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, true, true)]
    [InlineData(5, false, false)]
    [InlineData(5, false, true)]
    [InlineData(5, true, false)]
    [InlineData(5, true, true)]
    [InlineData(32, false, true)]
    public async Task Coins_are_read_without_proposed_secrets_and_padding(int count, bool proposals, bool padded)
    {
        var coins = await ReadAsync(CoinBinary.File(count, proposals, padded));

        Assert.Equal(count, coins.Count);
        for (var coin = 0; coin < count; coin++)
        {
            Assert.Equal(CoinBinary.GetDenomination(coin), coins[coin].Denomination.Code);
            Assert.Equal(CoinBinary.GetSerialNumber(coin), coins[coin].SerialNumber);
            Assert.Equal(
                Enumerable.Range(0, 400).Select(place => CoinBinary.GetSecret(coin, place)),
                coins[coin].AuthenticityNumbers.ToArray());
            Assert.Null(coins[coin].EarlierPownstring);
        }
    }

    [Fact]
    public async Task Unused_fields_are_ignored()
    {
        var file = CoinBinary.File(2, padded: true)
            .With(1, 0xFF)
            .With(4, 0xFF)
            .With(8, 1, 2, 3, 4, 5, 6, 7)
            .With(16, [.. Enumerable.Repeat((byte)0x77, 16)])
            .With(CoinBinary.HeaderLength + (2 * CoinBinary.CoinLength), 0xFF, 0xFF);

        Assert.Equal(2, (await ReadAsync(file)).Count);
    }

    [Fact]
    public async Task Pownstring_of_a_single_coin_file_belongs_to_its_coin()
    {
        // The last nibble and the task id are unused.
        var file = CoinBinary.File(1).With(16, Convert.FromHexString("AFCEDB0AAAAAAAAAAAAAAAAAF9FFFFFF"));

        Assert.Equal("pfnedbuppppppppppppppppp" + "f", (await ReadAsync(file))[0].EarlierPownstring?.ToString());
    }

    [Fact]
    public async Task Pownstrings_stay_with_their_coins_when_several_files_make_one_list()
    {
        var reader = new CoinFileReader(10);
        foreach (var (serialNumber, pownstring) in ((byte, string)[])[(1, "A"), (2, "0"), (3, "F"), (4, "0")])
        {
            var packed = Convert.FromHexString(string.Concat(Enumerable.Repeat(pownstring, 26)));
            var file = CoinBinary.File(1).With(16, packed).With(38, serialNumber);
            await reader.AddAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), Token);
        }

        var coins = reader.Build();

        Assert.Equal(
            [new string('p', 25), null, new string('f', 25), null],
            Enumerable.Range(0, 4).Select(i => coins[i].EarlierPownstring?.ToString()));
    }

    [Fact]
    public async Task Pipe_that_never_holds_a_whole_coin_is_read()
    {
        var file = CoinBinary.File(5, proposals: true, padded: true);
        var pipe = new Pipe();
        var reading = BinaryReading.ReadAsync(pipe.Reader, 5);
        foreach (var piece in file.Chunk(100))
        {
            await pipe.Writer.WriteAsync(piece, Token);
        }

        await pipe.Writer.CompleteAsync();

        Assert.Equal(5, (await reading).Count);
    }

    [Fact]
    public async Task Cancelled_read_of_a_pipe_ends()
    {
        var pipe = new Pipe();
        var reading = BinaryReading.ReadAsync(pipe.Reader, 5);
        await pipe.Writer.WriteAsync(CoinBinary.File(5).AsMemory(0, 1000), Token);
        pipe.Reader.CancelPendingRead();

        await Assert.ThrowsAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Largest_file_allocates_about_twice_its_coins()
    {
        const int Count = 65_535;
        const int Coins = Count * 405;
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(CoinBinary.File(Count)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = BinaryReading.ReadAsync(pipe, Count);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(reading.IsCompletedSuccessfully);
        var coins = await reading;
        Assert.Equal(Count, coins.Count);
        Assert.Equal(CoinBinary.GetSerialNumber(Count - 1), coins[Count - 1].SerialNumber);
        Assert.InRange(allocated, Coins, Coins * 2.3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(129)]
    [InlineData(1024)]
    public async Task Header_with_too_high_a_count_costs_at_most_four_times_what_was_sent(int coinsSent)
    {
        var file = CoinBinary.File(1100).With(6, 0xFF, 0xFF);
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(file, 0, CoinBinary.HeaderLength + (coinsSent * CoinBinary.CoinLength)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = BinaryReading.ReadAsync(pipe, 65_535);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000 + (4 * coinsSent * CoinBinary.CoinLength));
        await Assert.ThrowsAsync<InvalidCoinFileException>(() => reading);
    }

    [Fact]
    public async Task More_coins_than_the_limit_are_rejected_by_the_header()
    {
        var pipe = new Pipe();
        var reading = BinaryReading.ReadAsync(pipe.Reader, 4);
        await pipe.Writer.WriteAsync(CoinBinary.File(5).AsMemory(0, CoinBinary.HeaderLength), Token);

        var exception = await Assert.ThrowsAsync<TooManyCoinsException>(() => reading);

        Assert.Equal(4, exception.Limit);
    }

    private static async Task<CoinList> ReadAsync(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return await BinaryReading.ReadAsync(stream, maxCoins: 100);
    }
}
