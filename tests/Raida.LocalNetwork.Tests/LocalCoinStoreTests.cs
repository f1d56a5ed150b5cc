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
    public void Changed_AN_differs_only_at_that_agent()
    {
        _store.AddGenerated(One, 0, 10);
        var wrong = new byte[AuthenticityNumber.Length];

        _store.Set(12, One, 4, wrong);

        var before = GeneratedCoins.Create(One, 4, 1)[0];
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            Assert.True(_store.TryGetAuthenticityNumber(raida, One, 4, out var held));
            Assert.Equal(raida == 12 ? wrong : before.GetAuthenticityNumber(raida).ToArray(), held.ToArray());
        }
    }

    [Fact]
    public void Changed_AN_does_not_change_the_list_that_was_added()
    {
        var coins = CreateCoin(One, 5, fill: 0xAB);
        _store.Add(coins);

        _store.Set(0, One, 5, new byte[AuthenticityNumber.Length]);

        Assert.Equal(0xAB, coins[0].GetAuthenticityNumber(0)[0]);
    }

    [Fact]
    public async Task Changed_AN_fails_the_coin_at_that_agent_from_the_next_request_on()
    {
        _store.AddGenerated(One, 40, 2);
        await using var network = await LocalRaidaNetwork.StartAsync(
            new LocalNetworkOptions { Coins = _store },
            TestContext.Current.CancellationToken);
        var coins = GeneratedCoins.Create(One, 40, 2);

        _store.Set(9, One, 41, new byte[AuthenticityNumber.Length]);

        var there = await RawClient.ExchangeByUdpAsync(network.EndPoints[9], Requests.Detect(9, coins));
        var elsewhere = await RawClient.ExchangeByUdpAsync(network.EndPoints[8], Requests.Detect(8, coins));
        Assert.Equal(0b01, there[ResponseHeader.Length]);
        Assert.Equal(ResponseStatus.AllPass, ResponseHeader.Read(elsewhere).Status);
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
        Parallel.For(0, 20_000, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            if (i % 10 == 0)
            {
                _store.Set(3, One, 0, i % 20 == 0 ? zero : old);
            }

            Assert.True(_store.TryGetAuthenticityNumber(3, One, 0, out var secret));
            Assert.True(secret.SequenceEqual(old) || secret.SequenceEqual(zero));
        });
    }

    [Fact]
    public void Unknown_coins_agents_and_wrong_lengths_are_rejected()
    {
        _store.AddGenerated(One, 0, 10);
        var secret = new byte[AuthenticityNumber.Length];

        Assert.Throws<ArgumentException>(() => _store.Set(0, One, 10, secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.Set(0, One, 1, secret.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.Set(25, One, 1, secret));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.TryGetAuthenticityNumber(-1, One, 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.AddGenerated(One, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.AddGenerated(One, 0, LocalCoinStore.MaxGeneratedCoins + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.AddGenerated(One, uint.MaxValue, 2));
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
