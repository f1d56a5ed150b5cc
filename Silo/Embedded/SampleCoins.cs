using Raida;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.LocalNetwork;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// The coin files that the embedded mode leaves to try detect with: coins that its local network calls authentic, fracked and
/// counterfeit. In the JSON file each has a note that says which it is; the binary one has the same coins in the same order.
/// </summary>
internal static class SampleCoins
{
    private const int TenCoins = 1;
    private const int OneTenMillionth = -7;

    private static readonly int[] Nowhere = [];
    private static readonly int[] AtThreeNodes = [3, 11, 20];
    private static readonly int[] Everywhere = [.. Enumerable.Range(0, RaidaNetwork.NodeCount)];

    // The first five are those of the published page's example.
    private static readonly (int Denomination, uint SerialNumber, int[] WrongAt, string Note)[] Coins =
    [
        (TenCoins, 16, Nowhere, "Authentic"),
        (TenCoins, 17, Nowhere, "Authentic"),
        (TenCoins, 23, Nowhere, "Authentic"),
        (OneTenMillionth, 24, Nowhere, "Authentic"),
        (OneTenMillionth, 25, Nowhere, "Authentic"),
        (TenCoins, 100, AtThreeNodes, "Fracked (wrong at RAIDA 3, 11 and 20)"),
        (OneTenMillionth, 101, AtThreeNodes, "Fracked (wrong at RAIDA 3, 11 and 20)"),
        (TenCoins, 200, Everywhere, "Counterfeit (wrong everywhere)"),
        (OneTenMillionth, 201, Everywhere, "Counterfeit (wrong everywhere)"),
    ];

    /// <summary>Writes the files that are not there yet.</summary>
    public static async Task WriteAsync(DataDirectory directory, CancellationToken cancellationToken)
    {
        var coins = Create();
        if (!File.Exists(directory.JsonSample))
        {
            await using var file = File.Create(directory.JsonSample);
            await CoinJsonWriter.WriteAsync(file, coins, index => Coins[index].Note, cancellationToken);
        }

        if (!File.Exists(directory.BinarySample))
        {
            await using var file = File.Create(directory.BinarySample);
            await CoinBinaryWriter.WriteAsync(file, coins, cancellationToken);
        }
    }

    private static CoinList Create()
    {
        var builder = new CoinListBuilder();
        foreach (var (code, serialNumber, wrongAt, _) in Coins)
        {
            var denomination = new Denomination(code);
            var secrets = GeneratedCoins.Create(denomination, serialNumber, 1)[0].AuthenticityNumbers.ToArray();
            foreach (var raida in wrongAt)
            {
                secrets[raida * AuthenticityNumber.Length] ^= 0xFF;
            }

            builder.TryAdd(denomination, serialNumber, secrets, earlierPownstring: null, out _);
        }

        return builder.Build();
    }
}
