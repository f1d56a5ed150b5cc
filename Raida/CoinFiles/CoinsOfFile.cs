using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Adds the coins of one file to a list, which may already have coins of other files.</summary>
/// <param name="maxCoins">The largest number of coins of all files together.</param>
internal sealed class CoinsOfFile(CoinListBuilder list, int maxCoins)
{
    private readonly int _countBefore = list.Count;

    /// <summary>Checks how many coins the file has, or has so far.</summary>
    /// <exception cref="TooManyCoinsException">They are more than the limit.</exception>
    public void ThrowIfTooMany(int count)
    {
        if (count > maxCoins - _countBefore)
        {
            throw new TooManyCoinsException(maxCoins);
        }
    }

    /// <summary>Announces how many coins the file claims to have.</summary>
    public void Expect(int count) => list.Expect(count);

    /// <summary>Adds a coin.</summary>
    /// <param name="authenticityNumbers">400 bytes.</param>
    /// <param name="earlierPownstring">Its pownstring in the file, if any.</param>
    /// <param name="listName">The name of the file's list of coins in messages.</param>
    /// <returns>What is wrong if the coin is a duplicate; otherwise null.</returns>
    public string? Add(
        Denomination denomination,
        uint serialNumber,
        ReadOnlySpan<byte> authenticityNumbers,
        Pownstring? earlierPownstring,
        string listName)
    {
        if (list.TryAdd(denomination, serialNumber, authenticityNumbers, earlierPownstring, out var earlier))
        {
            return null;
        }

        var other = earlier < _countBefore ? "a coin of an earlier file" : $"{listName}[{earlier - _countBefore}]";
        return $"the same denomination and serial number as {other}";
    }
}
