using System.Diagnostics;
using System.Security.Cryptography;
using Raida.Coins;
using Raida.LocalNetwork.Tests.Support;
using Raida.Protocol;

namespace Raida.LocalNetwork.Tests;

public sealed class LocalCoinStoreTests
{
    private static readonly Denomination One = new(1);

    private readonly LocalCoinStore _store = new();

    [Fact]
    public void Generated_AN_is_the_MD5_hash_of_RAIDA_denomination_and_serial_number()
    {
        _store.AddGenerated(new Denomination(-8), uint.MaxValue - 99, 100);

        Assert.True(_store.TryGetAuthenticityNumber(24, new Denomination(-8), uint.MaxValue, out var secret));

#pragma warning disable CA5351 // The rule of the recorded exchanges' coins.
        Assert.Equal(MD5.HashData("raida24:-8:4294967295"u8), secret.ToArray());
#pragma warning restore CA5351
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(163, true)]
    [InlineData(164, true)]
    [InlineData(229, true)]
    [InlineData(230, false)]
    public void Range_has_exactly_its_serial_numbers(uint serialNumber, bool isThere)
    {
        _store.AddGenerated(One, 100, 130);

        Assert.Equal(isThere, _store.TryGetAuthenticityNumber(3, One, serialNumber, out _));
        Assert.False(_store.TryGetAuthenticityNumber(3, new Denomination(0), serialNumber, out _));
    }

    [Fact]
    public void Generated_coins_are_authentic()
    {
        _store.AddGenerated(One, 0, 300);

        AssertHolds(GeneratedCoins.Create(One, 0, 300));
    }

    [Fact]
    public void Added_coins_replace_generated_ones()
    {
        var other = CreateCoin(One, 5, fill: 0xAB);
        _store.AddGenerated(One, 0, 10);

        _store.Add(other);

        AssertHolds(other);
        AssertHolds(GeneratedCoins.Create(One, 6, 4));
    }

    [Fact]
    public async Task Coin_with_another_AN_fails_from_the_next_request_on()
    {
        _store.AddGenerated(One, 40, 2);
        await using var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Coins = _store },
            TestContext.Current.CancellationToken);
        var coins = GeneratedCoins.Create(One, 40, 2);

        var before = await RawClient.ExchangeByUdpAsync(network.EndPoints[9], Requests.Detect(9, coins));
        _store.Add(CreateCoin(One, 41, fill: 0));
        var after = await RawClient.ExchangeByUdpAsync(network.EndPoints[9], Requests.Detect(9, coins));

        Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(before).Status);
        Assert.Equal(0b01, after[ResponseHeader.Length]);
    }

    [Fact]
    public void Default_store_has_2048_coins_of_each_denomination()
    {
        var store = LocalCoinStore.CreateDefault();

        for (var code = Denomination.MinCode; code <= Denomination.MaxCode; code++)
        {
            Assert.True(store.TryGetAuthenticityNumber(0, new Denomination(code), 0, out _));
            Assert.True(store.TryGetAuthenticityNumber(0, new Denomination(code), 2047, out _));
            Assert.False(store.TryGetAuthenticityNumber(0, new Denomination(code), 2048, out _));
        }
    }

    [Fact]
    public void Generated_coins_are_added_without_computing_their_ANs()
    {
        var started = Stopwatch.GetTimestamp();
        for (var code = Denomination.MinCode; code <= Denomination.MaxCode; code++)
        {
            _store.AddGenerated(new Denomination(code), 0, 65_535);
        }

        // Computing their 24 million ANs would take 10 seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.True(_store.TryGetAuthenticityNumber(24, One, 65_534, out _));
    }

    [Fact]
    public void Read_during_a_change_returns_the_old_or_the_new_AN()
    {
        _store.AddGenerated(One, 0, 1);
        var old = GeneratedCoins.Create(One, 0, 1)[0].GetAuthenticityNumber(3).ToArray();
        var zero = new byte[AuthenticityNumber.Length];
        CoinList[] coins = [GeneratedCoins.Create(One, 0, 1), CreateCoin(One, 0, fill: 0)];
        Parallel.For(0, 20_000, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            if (i % 10 == 0)
            {
                _store.Add(coins[i / 10 % 2]);
            }

            Assert.True(_store.TryGetAuthenticityNumber(3, One, 0, out var secret));
            Assert.True(secret.SequenceEqual(old) || secret.SequenceEqual(zero));
        });
    }

    private static CoinList CreateCoin(Denomination denomination, uint serialNumber, byte fill)
    {
        var secrets = new byte[AuthenticityNumber.LengthOfAll];
        Array.Fill(secrets, fill);
        var builder = new CoinListBuilder();
        Assert.True(builder.TryAdd(denomination, serialNumber, secrets, earlierPownstring: null, out _));
        return builder.Build();
    }

    private void AssertHolds(CoinList coins)
    {
        for (var i = 0; i < coins.Count; i++)
        {
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                Assert.True(_store.TryGetAuthenticityNumber(raida, coins[i].Denomination, coins[i].SerialNumber, out var held));
                Assert.True(held.SequenceEqual(coins[i].GetAuthenticityNumber(raida)));
            }
        }
    }
}
