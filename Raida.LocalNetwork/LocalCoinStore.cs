using System.Collections.Concurrent;
using System.Collections.Immutable;
using Raida.Coins;

namespace Raida.LocalNetwork;

/// <summary>
/// The ANs that the 25 agents hold. Safe for use by many threads. Agents read it without a lock; a change applies from the next request on.
/// </summary>
public sealed class LocalCoinStore
{
    /// <summary>The most generated coins that <see cref="AddGenerated"/> adds at once: 2^24.</summary>
    public const int MaxGeneratedCoins = 1 << 24;

    /// <summary>How many coins of each denomination <see cref="CreateDefault"/> adds, with serial numbers from 0.</summary>
    public const int DefaultCoinsPerDenomination = 2048;

    /// <summary>Added coins, which replace generated ones. Values are never changed in place.</summary>
    private readonly ConcurrentDictionary<long, ReadOnlyMemory<byte>> _explicitCoins = new();

    private ImmutableArray<GeneratedRange> _ranges = [];

    /// <summary>All denominations, the smallest first.</summary>
    internal static IEnumerable<Denomination> AllDenominations =>
        Enumerable.Range(Denomination.MinCode, Denomination.MaxCode - Denomination.MinCode + 1).Select(code => new Denomination(code));

    /// <summary>Creates a store with the generated coins 0 to 2047 of every denomination. More can be added.</summary>
    public static LocalCoinStore CreateDefault()
    {
        var store = new LocalCoinStore();
        foreach (var denomination in AllDenominations)
        {
            store.AddGenerated(denomination, firstSerialNumber: 0, DefaultCoinsPerDenomination);
        }

        return store;
    }

    /// <summary>Adds generated coins (see <see cref="GeneratedCoins"/>). Takes almost no time: ANs are computed when they are needed.</summary>
    /// <param name="count">The number of coins, which have consecutive serial numbers: 1 to <see cref="MaxGeneratedCoins"/>.</param>
    public void AddGenerated(Denomination denomination, uint firstSerialNumber, int count) => ImmutableInterlocked.Update(
        ref _ranges,
        static (ranges, added) => ranges.Add(added),
        new GeneratedRange(denomination, firstSerialNumber, count));

    /// <summary>Adds coins with the ANs they carry, which replace those of known coins. Keeps a reference to the list's buffer.</summary>
    public void Add(CoinList coins)
    {
        const int AuthenticityNumbersOffset = CoinRecord.Length - AuthenticityNumber.LengthOfAll;
        for (var i = 0; i < coins.Count; i++)
        {
            var record = coins.Records.Slice(i * CoinRecord.Length, CoinRecord.Length);
            _explicitCoins[GetKey(coins[i].Denomination, coins[i].SerialNumber)] = record[AuthenticityNumbersOffset..];
        }
    }

    /// <summary>Finds the AN that one agent holds for a coin.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="authenticityNumber">16 bytes.</param>
    /// <returns>False if the coin is unknown: a detect then gets status 40.</returns>
    public bool TryGetAuthenticityNumber(
        int raida,
        Denomination denomination,
        uint serialNumber,
        out ReadOnlySpan<byte> authenticityNumber)
    {
        if (_explicitCoins.TryGetValue(GetKey(denomination, serialNumber), out var all))
        {
            authenticityNumber = all.Span.Slice(raida * AuthenticityNumber.Length, AuthenticityNumber.Length);
            return true;
        }

        foreach (var range in _ranges)
        {
            if (range.Contains(denomination, serialNumber))
            {
                authenticityNumber = range.Get(raida, serialNumber);
                return true;
            }
        }

        authenticityNumber = default;
        return false;
    }

    private static long GetKey(Denomination denomination, uint serialNumber) => ((long)denomination.Code << 32) | serialNumber;

    /// <summary>
    /// Generated coins with consecutive serial numbers. Computing one AN takes 0.4 µs, more than the rest of a coin's detect. So ANs are computed
    /// when they are first needed, those of 64 coins together, and kept in the order in which one agent needs them.
    /// </summary>
    private sealed class GeneratedRange(Denomination denomination, uint firstSerialNumber, int count)
    {
        private const int BlockCoins = 64;

        private readonly byte[]?[][] _blocks =
            [.. Enumerable.Range(0, RaidaNetwork.NodeCount).Select(_ => new byte[]?[(count + BlockCoins - 1) / BlockCoins])];

        // A serial number below the first one wraps around and exceeds the count.
        public bool Contains(Denomination ofCoin, uint serialNumber) =>
            ofCoin == denomination && serialNumber - firstSerialNumber < count;

        public ReadOnlySpan<byte> Get(int raida, uint serialNumber)
        {
            var (block, place) = Math.DivRem(serialNumber - firstSerialNumber, BlockCoins);

            // Two threads may compute the same block, with the same result.
            var authenticityNumbers = _blocks[raida][block] ??= CreateBlock(raida, firstSerialNumber + (block * BlockCoins));
            return authenticityNumbers.AsSpan((int)place * AuthenticityNumber.Length, AuthenticityNumber.Length);
        }

        private byte[] CreateBlock(int raida, uint serialNumber)
        {
            var block = new byte[BlockCoins * AuthenticityNumber.Length];
            for (var i = 0; i < BlockCoins; i++)
            {
                GeneratedCoins.WriteAuthenticityNumber(
                    raida,
                    denomination,
                    serialNumber + (uint)i,
                    block.AsSpan(i * AuthenticityNumber.Length));
            }

            return block;
        }
    }
}
