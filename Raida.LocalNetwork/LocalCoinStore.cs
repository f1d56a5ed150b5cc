using Raida.Coins;
using Raida.LocalNetwork.Store;

namespace Raida.LocalNetwork;

/// <summary>
/// Which AN each of the 25 agents holds for which coin. Safe for use by several threads at once, also while agents read it; a
/// change counts from the next request on. A coin that was added or set goes before a generated one of the same name.
/// </summary>
public sealed class LocalCoinStore
{
    /// <summary>The most coins in one call of <see cref="AddGenerated"/>: 2^24.</summary>
    public const int MaxGeneratedCoins = 1 << 24;

    /// <summary>How many coins of each denomination <see cref="CreateDefault"/> has, with serial numbers from 0 on.</summary>
    public const int DefaultCoinsPerDenomination = 2048;

    private readonly DenominationCoins[] _denominations = [.. AllDenominations.Select(denomination => new DenominationCoins(denomination))];

    /// <summary>All denominations, the smallest first.</summary>
    internal static IEnumerable<Denomination> AllDenominations =>
        Enumerable.Range(Denomination.MinCode, Denomination.MaxCode - Denomination.MinCode + 1).Select(code => new Denomination(code));

    /// <summary>Makes a store with the generated coins 0 to 2047 of every denomination.</summary>
    /// <returns>The store, to which more may be added.</returns>
    public static LocalCoinStore CreateDefault()
    {
        var store = new LocalCoinStore();
        foreach (var denomination in AllDenominations)
        {
            store.AddGenerated(denomination, firstSerialNumber: 0, DefaultCoinsPerDenomination);
        }

        return store;
    }

    /// <summary>Adds generated coins (see <see cref="GeneratedCoins"/>). Costs next to nothing: ANs are computed when asked for.</summary>
    /// <param name="denomination">Their denomination.</param>
    /// <param name="firstSerialNumber">The first serial number.</param>
    /// <param name="count">How many, with serial numbers one after another: 1 to <see cref="MaxGeneratedCoins"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The count is outside its range, or the last serial number would be above 4,294,967,295.
    /// </exception>
    public void AddGenerated(Denomination denomination, uint firstSerialNumber, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxGeneratedCoins);
        SerialNumbers.ThrowIfOutOfRange(firstSerialNumber, count);
        GetCoinsOf(denomination).AddGenerated(firstSerialNumber, count);
    }

    /// <summary>Adds coins with the ANs they carry; where a coin is there already it is replaced. The list's buffer is kept.</summary>
    /// <param name="coins">The coins.</param>
    public void Add(CoinList coins)
    {
        const int SecretsOffset = CoinRecord.Length - AuthenticityNumber.LengthOfAll;
        for (var i = 0; i < coins.Count; i++)
        {
            var secrets = coins.Records.Slice((i * CoinRecord.Length) + SecretsOffset, AuthenticityNumber.LengthOfAll);
            GetCoinsOf(coins[i].Denomination).Add(coins[i].SerialNumber, secrets);
        }
    }

    /// <summary>Changes the AN that one agent holds for a coin, so that whoever shows the old one fails there.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="denomination">The coin's denomination.</param>
    /// <param name="serialNumber">The coin's serial number.</param>
    /// <param name="authenticityNumber">16 bytes; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such RAIDA.</exception>
    /// <exception cref="ArgumentException">The AN is not 16 bytes, or the store has no such coin.</exception>
    public void Set(int raida, Denomination denomination, uint serialNumber, ReadOnlySpan<byte> authenticityNumber)
    {
        ThrowIfNoRaida(raida);
        if (authenticityNumber.Length != AuthenticityNumber.Length)
        {
            throw new ArgumentException(
                $"{authenticityNumber.Length} bytes, {AuthenticityNumber.Length} expected.",
                nameof(authenticityNumber));
        }

        if (!GetCoinsOf(denomination).TrySet(raida, serialNumber, authenticityNumber))
        {
            throw CreateNoSuchCoin(denomination, serialNumber);
        }
    }

    /// <summary>Whether the agents know a coin.</summary>
    /// <param name="denomination">Its denomination.</param>
    /// <param name="serialNumber">Its serial number.</param>
    /// <returns>False for a coin that a detect answers with status 40.</returns>
    public bool Contains(Denomination denomination, uint serialNumber) => GetCoinsOf(denomination).Contains(serialNumber);

    /// <summary>The AN that one agent holds for a coin.</summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="denomination">The coin's denomination.</param>
    /// <param name="serialNumber">The coin's serial number.</param>
    /// <param name="authenticityNumber">16 bytes.</param>
    /// <returns>False when the store has no such coin.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such RAIDA.</exception>
    public bool TryGetAuthenticityNumber(
        int raida,
        Denomination denomination,
        uint serialNumber,
        out ReadOnlySpan<byte> authenticityNumber)
    {
        ThrowIfNoRaida(raida);
        return GetCoinsOf(denomination).TryGetAuthenticityNumber(raida, serialNumber, out authenticityNumber);
    }

    /// <summary>Makes coins with the ANs that the agents hold now: authentic as long as nothing is set.</summary>
    /// <param name="denomination">Their denomination.</param>
    /// <param name="firstSerialNumber">The first serial number.</param>
    /// <param name="count">How many, with serial numbers one after another.</param>
    /// <returns>The coins in the order of their serial numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The last serial number would be above 4,294,967,295.</exception>
    /// <exception cref="ArgumentException">The store has no such coin.</exception>
    public CoinList CreateCoins(Denomination denomination, uint firstSerialNumber, int count)
    {
        SerialNumbers.ThrowIfOutOfRange(firstSerialNumber, count);
        var builder = new CoinListBuilder();
        AddTo(builder, denomination, firstSerialNumber, count);
        return builder.Build();
    }

    /// <summary>As <see cref="CreateCoins"/>, into a list that may have coins of other denominations.</summary>
    internal void AddTo(CoinListBuilder builder, Denomination denomination, uint firstSerialNumber, int count)
    {
        var coins = GetCoinsOf(denomination);
        Span<byte> secrets = stackalloc byte[AuthenticityNumber.LengthOfAll];
        for (var i = 0; i < count; i++)
        {
            var serialNumber = firstSerialNumber + (uint)i;
            if (!coins.TryCopyAll(serialNumber, secrets))
            {
                throw CreateNoSuchCoin(denomination, serialNumber);
            }

            builder.TryAdd(denomination, serialNumber, secrets, earlierPownstring: null, out _);
        }
    }

    private static ArgumentException CreateNoSuchCoin(Denomination denomination, uint serialNumber) =>
        new($"The store has no coin of denomination {denomination} with serial number {serialNumber}.", nameof(serialNumber));

    private static void ThrowIfNoRaida(int raida) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));

    private DenominationCoins GetCoinsOf(Denomination denomination) => _denominations[denomination.Code - Denomination.MinCode];
}
