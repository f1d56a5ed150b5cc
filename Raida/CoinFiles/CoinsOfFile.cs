using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>The coins of one file on their way into a list, which may have those of other files already.</summary>
/// <param name="list">The list.</param>
/// <param name="maxCoins">The most coins of all files together.</param>
internal sealed class CoinsOfFile(CoinListBuilder list, int maxCoins)
{
    private readonly int _countBefore = list.Count;

    /// <summary>Ends the reading when a file has more coins than there is room for.</summary>
    /// <param name="count">How many coins the file has, or has so far.</param>
    /// <exception cref="TooManyCoinsException">They are too many.</exception>
    public void ThrowIfTooMany(int count)
    {
        if (count > maxCoins - _countBefore)
        {
            throw new TooManyCoinsException(maxCoins);
        }
    }

    /// <summary>Tells how many coins the file says that it has.</summary>
    /// <param name="count">How many.</param>
    public void Expect(int count) => list.Expect(count);

    /// <summary>Adds a coin.</summary>
    /// <param name="denomination">Its denomination.</param>
    /// <param name="serialNumber">Its serial number.</param>
    /// <param name="authenticityNumbers">400 bytes.</param>
    /// <param name="earlierPownstring">The pownstring that it came with, if any.</param>
    /// <param name="listName">What messages call the file's list of coins.</param>
    /// <returns>Null, or what is wrong: there is such a coin already.</returns>
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
