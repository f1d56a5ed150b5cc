using Raida.CoinFiles;
using Raida.Coins;
using Raida.Tests.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinBinaryWriterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public async Task Written_file_has_the_exact_format_and_the_stream_stays_open(int count)
    {
        using var file = new MemoryStream();

        await CoinBinaryWriter.WriteAsync(file, CreateCoins(count), Token);

        Assert.Equal(CoinBinary.File(count), file.ToArray());
    }

    [Fact]
    public async Task Pownstring_of_a_single_coin_is_written()
    {
        using var file = new MemoryStream();

        await CoinBinaryWriter.WriteAsync(file, CreateCoins(1, Pownstrings.Uniform('n').With(0, CoinStatus.Pass)), Token);

        Assert.Equal("ACCCCCCCCCCCCCCCCCCCCCCCC0000000", Convert.ToHexString(file.ToArray().AsSpan(16, 16)));
    }

    [Fact]
    public async Task Largest_file_has_65535_coins_and_26672777_bytes()
    {
        using var file = new MemoryStream();

        await CoinBinaryWriter.WriteAsync(file, CreateCoins(65_535), Token);

        Assert.Equal(26_672_777, file.Length);
        await Assert.ThrowsAsync<ArgumentException>(() => CoinBinaryWriter.WriteAsync(file, CreateCoins(65_536), Token));
    }

    [Fact]
    public async Task Empty_list_is_rejected()
    {
        using var file = new MemoryStream();

        await Assert.ThrowsAsync<ArgumentException>(() => CoinBinaryWriter.WriteAsync(file, CreateCoins(0), Token));

        Assert.Equal(0, file.Length);
    }

    private static CoinList CreateCoins(int count, Pownstring? earlierPownstring = null)
    {
        var builder = new CoinListBuilder();
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        for (var coin = 0; coin < count; coin++)
        {
            for (var place = 0; place < secrets.Length; place++)
            {
                secrets[place] = CoinBinary.GetSecret(coin, place);
            }

            var denomination = new Denomination(CoinBinary.GetDenomination(coin));
            builder.TryAdd(denomination, CoinBinary.GetSerialNumber(coin), secrets, earlierPownstring, out _);
        }

        return builder.Build();
    }
}
