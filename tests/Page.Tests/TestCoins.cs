using System.Text;
using Microsoft.Playwright;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Page.Tests;

/// <summary>Coin files with coins that the local network finds authentic, fracked and counterfeit.</summary>
internal static class TestCoins
{
    /// <summary>The first authenticity number of the first coin of <see cref="Json"/> in hexadecimal digits: must not be on the page.</summary>
    public static string Secret { get; } = Convert.ToHexStringLower(Create(1, 16)[0].AuthenticityNumbers[..AuthenticityNumber.Length]);

    /// <summary>Three authentic coins of 10, one fracked coin of 10^-7 and one counterfeit coin of 1,000.</summary>
    public static CoinList Sample { get; } = Join(Create(1, 16, count: 3), Create(-7, 101, wrongAt: [3, 11, 20]), Create(3, 200, wrongAt: [.. Enumerable.Range(0, 25)]));

    public static FilePayload Json { get; } = ToJson(Sample);

    public static FilePayload Binary { get; } = new()
    {
        Name = "coins.bin",
        MimeType = "application/octet-stream",
        Buffer = Write(stream => CoinBinaryWriter.WriteAsync(stream, Sample, CancellationToken.None)),
    };

    /// <summary>Four rounds of requests.</summary>
    public static FilePayload Many { get; } = ToJson(Create(1, 1, count: 8192));

    public static FilePayload Second { get; } = ToJson(Create(0, 300, count: 2));

    public static string Text => Encoding.UTF8.GetString(Json.Buffer);

    public static FilePayload ToJson(CoinList coins) => new()
    {
        Name = "coins.json",
        MimeType = "application/json",
        Buffer = Write(stream => CoinJsonWriter.WriteAsync(stream, coins, note: null, CancellationToken.None)),
    };

    public static CoinList Create(int denomination, uint serialNumber, int count = 1, int[]? wrongAt = null)
    {
        var builder = new CoinListBuilder();
        var coins = GeneratedCoins.Create(new Denomination(denomination), serialNumber, count);
        for (var i = 0; i < coins.Count; i++)
        {
            var secrets = coins[i].AuthenticityNumbers.ToArray();
            foreach (var raida in wrongAt ?? [])
            {
                secrets[raida * AuthenticityNumber.Length] ^= 0xFF;
            }

            builder.TryAdd(coins[i].Denomination, coins[i].SerialNumber, secrets, earlierPownstring: null, out _);
        }

        return builder.Build();
    }

    public static CoinList Join(params CoinList[] lists)
    {
        var builder = new CoinListBuilder();
        foreach (var list in lists)
        {
            for (var i = 0; i < list.Count; i++)
            {
                builder.TryAdd(list[i].Denomination, list[i].SerialNumber, list[i].AuthenticityNumbers.ToArray(), earlierPownstring: null, out _);
            }
        }

        return builder.Build();
    }

    private static byte[] Write(Func<Stream, Task> write)
    {
        using var stream = new MemoryStream();
        write(stream).GetAwaiter().GetResult();
        return stream.ToArray();
    }
}
