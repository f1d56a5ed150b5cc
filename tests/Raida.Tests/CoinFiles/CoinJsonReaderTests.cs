using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinJsonReaderTests
{
    private const int Timeout = 30_000;

    [Theory]
    [InlineData("coins", "ans", "pownstring")]
    [InlineData("cloudcoin", "an", "pown")]
    public void Both_formats_are_read(string list, string secrets, string pownstring)
    {
        var coins = Read(CoinJson.Rich(list, secrets, pownstring));

        Assert.Equal(4, coins.Count);
        Assert.Equal([16u, uint.MaxValue, 0u, 16u], Enumerable.Range(0, 4).Select(i => coins[i].SerialNumber));
        Assert.Equal([1, 0, -8, 0], Enumerable.Range(0, 4).Select(i => (int)coins[i].Denomination.Code));
        Assert.Equal(
            ["ppppppppppppppppppppppppf", null, null, null],
            Enumerable.Range(0, 4).Select(i => coins[i].EarlierPownstring?.ToString()));
        for (var coin = 0; coin < 4; coin++)
        {
            for (var raida = 0; raida < (coin == 3 ? 24 : 25); raida++)
            {
                Assert.Equal(
                    CoinJson.GetAuthenticityNumber(16 + coin, raida),
                    Convert.ToHexString(coins[coin].GetAuthenticityNumber(raida)),
                    ignoreCase: true);
            }
        }

        Assert.Equal("01234567000000ABCDEFABCDEF012345", Convert.ToHexString(coins[3].GetAuthenticityNumber(24)));
    }

    [Fact]
    public void Escaped_names_and_values_are_read()
    {
        var escaped = CoinJson.File(CoinJson.Coin(7, ",\"pownstring\":\"ppppppppppppppppppppppppf\",\"denomination\":3"))
            .Replace("\"coins\"", "\"\\u0063oins\"", StringComparison.Ordinal)
            .Replace("\"sn\":7", "\"\\u0073\\u006E\":\"\\u0037\"", StringComparison.Ordinal)
            .Replace("pf\"", "\\u0070\\u0046\"", StringComparison.Ordinal)
            .Replace("fedcba98", "\\u0066edc\\u0062a98", StringComparison.Ordinal);

        var coins = Read(escaped);

        Assert.Equal((7u, 3), (coins[0].SerialNumber, coins[0].Denomination.Code));
        Assert.Equal("ppppppppppppppppppppppppf", coins[0].EarlierPownstring?.ToString());
        Assert.Equal(CoinJson.GetAuthenticityNumber(7, 4), Convert.ToHexString(coins[0].GetAuthenticityNumber(4)), ignoreCase: true);
    }

    [Fact]
    public void Names_belong_to_their_own_format()
    {
        var text = CoinJson.File($$"""{"sn":1,"ans":{{CoinJson.Secrets()}},"an":7,"pown":"no pownstring","cloudcoin":[]}""");

        Assert.Null(Read(text)[0].EarlierPownstring);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"pppppppppppppppppppppppp\"")]
    [InlineData("\"ppppppppppppppppppppppppx\"")]
    [InlineData("\"0123456789abcdef012345678\"")]
    public void Invalid_pown_of_the_older_format_counts_as_absent(string value)
    {
        var text = $$"""{"cloudcoin":[{"pown":{{value}},"sn":1,"an":{{CoinJson.Secrets()}}}]}""";

        Assert.Null(Read(text)[0].EarlierPownstring);
    }

    [Theory]
    [InlineData("cloudcoin", "an", 1)]
    [InlineData("cloudcoin", "an", 2_097_152)]
    [InlineData("cloudcoin", "an", 16_777_217)]
    [InlineData("coins", "ans", 2_097_153)]
    [InlineData("coins", "ans", 16_777_216)]
    public void Absent_denomination_is_0_where_the_older_numbering_does_not_contradict(string list, string secrets, uint serialNumber)
    {
        var text = $$"""{"{{list}}":[{"sn":{{serialNumber}},"{{secrets}}":{{CoinJson.Secrets()}}}]}""";

        Assert.Equal(0, Read(text)[0].Denomination.Code);
    }

    [Fact]
    public void Given_denomination_overrides_the_older_numbering()
    {
        var text = $$"""{"cloudcoin":[{"sn":"7000000","an":{{CoinJson.Secrets()}},"denomination":0}]}""";

        Assert.Equal(0, Read(text)[0].Denomination.Code);
    }

    [Fact]
    public void Names_are_case_insensitive()
    {
        var text = $$"""{"CloudCoin":[{"SN":7,"Denomination":3,"Pown":"ppppppppppppppppppppppppf","AN":{{CoinJson.Secrets()}}}]}""";

        var coin = Read(text)[0];

        Assert.Equal((7u, 3), (coin.SerialNumber, coin.Denomination.Code));
        Assert.Equal("ppppppppppppppppppppppppf", coin.EarlierPownstring?.ToString());
    }

    [Fact]
    public void Byte_order_mark_is_skipped()
    {
        byte[] text = [0xEF, 0xBB, 0xBF, .. CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1)))];

        Assert.Equal(1, ReadOutcome.Of(text).Coins?.Count);
        Assert.Equal(1, ReadOutcome.OfChunks(text, Enumerable.Range(0, text.Length + 1)).Coins?.Count);
    }

    [Fact]
    public void Unknown_members_of_any_depth_and_length_are_ignored()
    {
        var deep = new string('[', 900) + new string(']', 900);
        var text = CoinJson.File(CoinJson.Coin(1, $",\"deep\":{deep},\"long\":\"{new string('x', 300_000)}\""));

        Assert.Equal(1, Read(text).Count);
    }

    [Fact]
    public void List_of_as_many_coins_as_the_limit_is_read()
    {
        var text = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), CoinJson.Coin(2), CoinJson.Coin(3)));

        Assert.Equal(3, ReadOutcome.Of(text, 3).Coins?.Count);
    }

    [Fact]
    public void Reading_stops_at_the_first_coin_beyond_the_limit()
    {
        var text = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1), "7", CoinJson.Coin(3), "{ never read"));

        Assert.Equal("limit 2: more than 2 coins; that many are the limit", ReadOutcome.Of(text, 2).Description);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Limit_below_1_is_rejected(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => CoinJsonReader.ReadAsync(PipeReader.Create(new MemoryStream()), limit, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Coins_after_an_error_are_not_kept()
    {
        var text = CoinJson.ToBytes($$"""{"coins":[{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"sn":{{i}}}"""))}}]}""");
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(text));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = CoinJsonReader.ReadAsync(pipe, 10_000, TestContext.Current.CancellationToken);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10_000, (await Assert.ThrowsAsync<InvalidCoinsException>(() => reading)).ErrorCount);

        // Their records would be 4 MB, and three times that while the list grows.
        Assert.InRange(allocated, 0, 2_000_000);
    }

    [Theory]
    [InlineData(510_000, true)]
    [InlineData(1_100_000, false)]
    [InlineData(20_000_000, false)]
    public async Task Value_of_more_than_1_MiB_is_not_buffered(int length, bool isAccepted)
    {
        var text = CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1, $",\"long\":\"{new string('x', length)}\"")));
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(text));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = CoinJsonReader.ReadAsync(pipe, 1, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        if (isAccepted)
        {
            Assert.Equal(1, (await reading).Count);
        }
        else
        {
            Assert.Equal("body", (await Assert.ThrowsAsync<InvalidCoinsException>(() => reading)).Path);
        }
    }

    [Fact]
    public async Task Reading_allocates_no_object_for_each_authenticity_number()
    {
        var text = CoinJson.ToBytes(CoinJson.File([.. Enumerable.Range(0, 2_000).Select(i => CoinJson.Coin(i))]));
        ReadOutcome.Of(text, 2_000);
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(text));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = CoinJsonReader.ReadAsync(pipe, 2_000, TestContext.Current.CancellationToken);

        Assert.True(reading.IsCompletedSuccessfully);

        // Records take 405 bytes a coin, at most three times that while the list grows, and the index of serial numbers some more;
        // strings for 25 ANs would be 2,150.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 2_000, 405, 1_700);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4_096)]
    [InlineData(1_000_000)]
    public async Task Stream_with_small_chunks_is_read(int pieceLength)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var text = CoinJson.ToBytes(CoinJson.File([.. Enumerable.Range(0, 20).Select(i => CoinJson.Coin(i))]));

        var coins = await CoinFileReader.ReadAsync(new TricklingStream(text, pieceLength), 20, cancellation);

        Assert.Equal(ReadOutcome.Of(text).Coins!.Records.ToArray(), coins.Records.ToArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task Stream_stays_open_after_success_and_error()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var good = new TricklingStream(CoinJson.ToBytes(CoinJson.File(CoinJson.Coin(1))), 100);
        using var bad = new TricklingStream(Encoding.ASCII.GetBytes("{]"), 100);

        await CoinFileReader.ReadAsync(good, 20, cancellation);
        await Assert.ThrowsAsync<MalformedJsonException>(() => CoinFileReader.ReadAsync(bad, 20, cancellation));

        Assert.True(good.CanRead && bad.CanRead);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pipe_is_read_and_stays_usable()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(CoinJson.ToBytes("{\"coins\":["), cancellation);
        var reading = CoinJsonReader.ReadAsync(pipe.Reader, 20, cancellation);
        await pipe.Writer.WriteAsync(CoinJson.ToBytes(CoinJson.Coin(1) + "] "), cancellation);
        await pipe.Writer.WriteAsync(CoinJson.ToBytes("}"), cancellation);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(1, (await reading).Count);
        Assert.True(pipe.Reader.TryRead(out var rest));
        Assert.True(rest.IsCompleted && rest.Buffer.IsEmpty);
        await pipe.Reader.CompleteAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Pipe_stays_usable_after_an_error()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(CoinJson.ToBytes("{}}"), cancellation);
        await pipe.Writer.CompleteAsync();

        await Assert.ThrowsAsync<MalformedJsonException>(() => CoinJsonReader.ReadAsync(pipe.Reader, 20, cancellation));

        Assert.True(pipe.Reader.TryRead(out var rest));
        Assert.True(rest.IsCompleted);
    }

    [Fact(Timeout = Timeout)]
    public async Task Cancelled_read_ends()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pipe = new Pipe();
        using var source = new CancellationTokenSource();
        var byToken = CoinJsonReader.ReadAsync(pipe.Reader, 20, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => byToken);

        var atThePipe = CoinJsonReader.ReadAsync(pipe.Reader, 20, cancellation);
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => atThePipe);
    }

    private static CoinList Read(string text)
    {
        var outcome = ReadOutcome.Of(CoinJson.ToBytes(text));
        return outcome.Coins ?? throw new InvalidOperationException(outcome.Description);
    }
}
