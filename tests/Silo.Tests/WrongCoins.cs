using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Tests;

internal static class WrongCoins
{
    /// <summary>A generated coin whose ANs at some RAIDA are wrong.</summary>
    public static CoinList Create(Denomination denomination, uint serialNumber, params int[] wrongAt)
    {
        var secrets = GeneratedCoins.Create(denomination, serialNumber, 1)[0].AuthenticityNumbers.ToArray();
        foreach (var raida in wrongAt)
        {
            secrets[raida * AuthenticityNumber.Length] ^= 0xFF;
        }

        var builder = new CoinListBuilder();
        builder.TryAdd(denomination, serialNumber, secrets, earlierPownstring: null, out _);
        return builder.Build();
    }
}
