using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Writes coins as a binary coin file of format 9, neither encrypted nor padded.</summary>
public static class CoinBinaryWriter
{
    /// <summary>Writes the coins with their secrets, flushes the stream and leaves it open.</summary>
    /// <param name="destination">The stream.</param>
    /// <param name="coins">1 to 65,535 coins. Only a file of one coin has a pownstring; the format has no place for those of several.</param>
    /// <param name="cancellationToken">Cancels the write; the file is then incomplete.</param>
    /// <exception cref="ArgumentException">There are no coins, or too many for one file.</exception>
    public static async Task WriteAsync(Stream destination, CoinList coins, CancellationToken cancellationToken)
    {
        if (coins.Count is < 1 or > CoinBinaryHeader.MaxCount)
        {
            throw new ArgumentException($"{coins.Count} coins; a binary coin file holds 1 to {CoinBinaryHeader.MaxCount}.", nameof(coins));
        }

        var file = new byte[CoinBinaryHeader.Length + (coins.Count * CoinBinaryRecord.Length)];
        new CoinBinaryHeader(coins.Count, HasProposals: false, coins.Count == 1 ? coins[0].EarlierPownstring : null).Write(file);
        for (var i = 0; i < coins.Count; i++)
        {
            var start = CoinBinaryHeader.Length + (i * CoinBinaryRecord.Length) + CoinBinaryRecord.RecordOffset;
            coins.Records.Slice(i * CoinRecord.Length, CoinRecord.Length).CopyTo(file.AsMemory(start));
        }

        await destination.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
