using Raida;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>The coins of a run, with the verdict of every server that works correctly.</summary>
internal sealed class Purse
{
    public const int Count = 120;

    private readonly byte[][] _secrets = new byte[Count][];
    private readonly bool[][] _isRight = new bool[Count][];
    private readonly Denomination[] _denominations = new Denomination[Count];

    public Purse(Random random)
    {
        for (var i = 0; i < Count; i++)
        {
            _denominations[i] = new Denomination(random.Next(Denomination.MinCode, Denomination.MaxCode + 1));
            _secrets[i] = GeneratedCoins.Create(_denominations[i], (uint)i, 1)[0].AuthenticityNumbers.ToArray();
            _isRight[i] = new bool[RaidaNetwork.NodeCount];
            var chanceToBeWrong = random.Next(4) switch
            {
                0 => 0.2,
                1 => 1,
                2 => random.NextDouble(),
                _ => 0,
            };
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                _isRight[i][raida] = random.NextDouble() >= chanceToBeWrong;
                if (!_isRight[i][raida])
                {
                    _secrets[i][raida * AuthenticityNumber.Length] ^= 0xFF;
                }
            }
        }
    }

    public static uint GetSerialNumber(int coin) => (uint)coin;

    /// <summary>In units of 10^-8.</summary>
    public long GetValue(int coin) => (long)Math.Pow(10, _denominations[coin].Code - Denomination.MinCode);

    /// <summary>Whether a server that works correctly passes the coin.</summary>
    public bool IsRightAt(int coin, int raida) => _isRight[coin][raida];

    public async Task<byte[]> WriteJsonAsync(int[] coins, CancellationToken cancellationToken)
    {
        var builder = new CoinListBuilder();
        foreach (var coin in coins)
        {
            Assert.True(builder.TryAdd(_denominations[coin], GetSerialNumber(coin), _secrets[coin], earlierPownstring: null, out _));
        }

        using var body = new MemoryStream();
        await CoinJsonWriter.WriteAsync(body, builder.Build(), note: null, cancellationToken);
        return body.ToArray();
    }
}
