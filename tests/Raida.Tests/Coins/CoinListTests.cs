using System.Buffers.Binary;
using CsCheck;
using Raida.Coins;

namespace Raida.Tests.Coins;

public sealed class CoinListTests
{
    private const int RecordLength = 405;

    [Fact]
    public void Coins_keep_their_order_and_contents() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int, Pownstrings.Optional.Array[40]).Sample((count, seed, pownstrings) =>
        {
            var builder = new CoinListBuilder();
            for (var i = 0; i < count; i++)
            {
                var secrets = CreateSecrets(seed + i);
                Assert.True(builder.TryAdd(GetDenomination(i), GetSerialNumber(i), secrets, pownstrings[i], out var earlier));
                Assert.Equal(-1, earlier);
            }

            var coins = builder.Build();

            Assert.Equal(count, coins.Count);
            Assert.Equal(count * RecordLength, coins.Records.Length);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal((GetDenomination(i), GetSerialNumber(i)), (coins[i].Denomination, coins[i].SerialNumber));
                Assert.Equal(pownstrings[i], coins[i].EarlierPownstring);
                Assert.Equal(CreateSecrets(seed + i), coins[i].AuthenticityNumbers.ToArray());
            }
        });

    [Fact]
    public void Duplicate_coin_is_rejected_and_changes_nothing()
    {
        var builder = new CoinListBuilder();
        var secrets = CreateSecrets(1);
        Assert.True(builder.TryAdd(new Denomination(1), 16, secrets, null, out _));
        Assert.True(builder.TryAdd(new Denomination(0), 16, secrets, null, out _));
        Assert.True(builder.TryAdd(new Denomination(1), 17, secrets, null, out _));

        Assert.False(builder.TryAdd(new Denomination(1), 17, CreateSecrets(2), default(Pownstring), out var earlier));

        Assert.Equal((2, 3), (earlier, builder.Count));
        var coins = builder.Build();
        Assert.Equal((3, 0), (coins.Count, coins.EarlierPownstrings.Length));
        Assert.Equal(secrets, coins[2].AuthenticityNumbers.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(399)]
    [InlineData(401)]
    public void Secrets_of_other_than_400_bytes_are_rejected(int length)
    {
        var builder = new CoinListBuilder();

        Assert.Throws<ArgumentException>(() => builder.TryAdd(default, 1, new byte[length], null, out _));

        Assert.Equal(0, builder.Count);
    }

    [Fact]
    public void Builder_starts_empty_after_a_build()
    {
        var builder = new CoinListBuilder();
        builder.TryAdd(default, 1, CreateSecrets(1), Pownstrings.Uniform('p'), out _);
        var first = builder.Build();

        Assert.True(builder.TryAdd(default, 1, CreateSecrets(2), null, out _));
        var second = builder.Build();

        Assert.Equal(CreateSecrets(1), first[0].AuthenticityNumbers.ToArray());
        Assert.Equal(CreateSecrets(2), second[0].AuthenticityNumbers.ToArray());
        Assert.Null(second[0].EarlierPownstring);
        Assert.Equal(0, builder.Build().Count);
    }

    [Fact]
    public void Pownstring_of_untried_differs_from_a_missing_one()
    {
        var builder = new CoinListBuilder();
        builder.TryAdd(default, 1, CreateSecrets(1), default(Pownstring), out _);
        builder.TryAdd(default, 2, CreateSecrets(1), null, out _);
        var coins = builder.Build();

        Assert.Equal(default(Pownstring), coins[0].EarlierPownstring);
        Assert.Null(coins[1].EarlierPownstring);
    }

    [Fact]
    public void Detect_records_hold_the_secrets_of_one_RAIDA() =>
        Gen.Select(Gen.Int[0, 24], Gen.Int[0, 9], Gen.Int[0, 10]).Sample((raida, start, wanted) =>
        {
            var coins = CreateList(10);
            var count = Math.Min(wanted, 10 - start);
            var records = new byte[count * 21];

            coins.WriteDetectRecords(raida, start, count, records);

            for (var i = 0; i < count; i++)
            {
                var record = records.AsSpan(i * 21, 21);
                var coin = coins[start + i];
                Assert.Equal(coin.Denomination.Code, (sbyte)record[0]);
                Assert.Equal(coin.SerialNumber, BinaryPrimitives.ReadUInt32BigEndian(record[1..]));
                Assert.Equal(CreateSecrets(start + i).AsSpan(raida * 16, 16).ToArray(), record[5..].ToArray());
            }
        });

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(25, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 11)]
    [InlineData(0, 10, 1)]
    public void Detect_records_beyond_the_list_are_rejected(int raida, int start, int count) =>
        Assert.ThrowsAny<ArgumentException>(() => CreateList(10).WriteDetectRecords(raida, start, count, new byte[1_000]));

    [Fact]
    public void List_is_created_from_the_buffers_of_another()
    {
        var coins = CreateList(3);

        var again = new CoinList(coins.Records.ToArray(), coins.EarlierPownstrings.ToArray());

        Assert.Equal(3, again.Count);
        Assert.Equal(coins[2].SerialNumber, again[2].SerialNumber);
        Assert.Equal(coins[2].EarlierPownstring, again[2].EarlierPownstring);
    }

    [Theory]
    [InlineData(404, 0)]
    [InlineData(406, 0)]
    [InlineData(810, 14)]
    [InlineData(405, 28)]
    [InlineData(0, 14)]
    public void Buffers_without_whole_coins_are_rejected(int records, int pownstrings) =>
        Assert.Throws<ArgumentException>(() => new CoinList(new byte[records], new byte[pownstrings]));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Index_beyond_the_list_is_rejected(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CreateList(3)[index]);

    [Fact]
    public void Text_of_a_coin_shows_no_secret() =>
        Assert.Equal("denomination -7, serial number 4294967295", CreateSingle(new Denomination(-7), uint.MaxValue).ToString());

    private static Coin CreateSingle(Denomination denomination, uint serialNumber)
    {
        var builder = new CoinListBuilder();
        builder.TryAdd(denomination, serialNumber, CreateSecrets(1), Pownstrings.Uniform('f'), out _);
        return builder.Build()[0];
    }

    private static CoinList CreateList(int count)
    {
        var builder = new CoinListBuilder();
        for (var i = 0; i < count; i++)
        {
            builder.TryAdd(GetDenomination(i), GetSerialNumber(i), CreateSecrets(i), Pownstrings.Uniform('p'), out _);
        }

        return builder.Build();
    }

    private static Denomination GetDenomination(int index) => new((index % 15) - 8);

    private static uint GetSerialNumber(int index) => uint.MaxValue - (uint)(index * 1_000);

    private static byte[] CreateSecrets(int seed) =>
        [.. Enumerable.Range(0, AuthenticityNumber.LengthOfAll).Select(i => (byte)((seed * 31) + (i / 16 * 7) + i))];
}
