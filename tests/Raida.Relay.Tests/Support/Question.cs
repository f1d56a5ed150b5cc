using Raida.Coins;
using Raida.LocalNetwork;
using Raida.Protocol;

namespace Raida.Relay.Tests.Support;

/// <summary>A detect's coins, and the verdicts that the server should give.</summary>
internal sealed record Question(int Raida, byte[] Records, IReadOnlyList<bool> IsAuthentic)
{
    // The number of coins in the default store of the local network.
    private const int StoredCoins = LocalCoinStore.DefaultCoinsPerDenomination;

    /// <summary>
    /// Asks about coins of which the bits of a number select the authentic ones, so answers to different numbers below 2^coins differ. The
    /// other coins have the AN of another RAIDA.
    /// </summary>
    public static Question Create(int raida, int number, int coins) =>
        Create(raida, number, [.. Enumerable.Range(0, coins).Select(coin => ((number >> coin) & 1) != 0)]);

    /// <summary>Asks about coins of which some are authentic. The others have the AN of another RAIDA.</summary>
    public static Question Create(int raida, int number, bool[] isAuthentic)
    {
        var records = new byte[isAuthentic.Length * DetectPayload.RecordLength];
        for (var i = 0; i < isAuthentic.Length; i++)
        {
            var serialNumber = (uint)(((number * isAuthentic.Length) + i) % StoredCoins);
            var owner = isAuthentic[i] ? raida : (raida + 1) % RaidaNetwork.NodeCount;
            GeneratedCoins.Create(new Denomination(1), serialNumber, 1)
                .WriteDetectRecords(owner, 0, 1, records.AsSpan(i * DetectPayload.RecordLength));
        }

        return new Question(raida, records, isAuthentic);
    }
}
