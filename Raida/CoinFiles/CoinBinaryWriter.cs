using System.Buffers;
using System.Security.Cryptography;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Writes coins as a binary coin file of format 9, neither encrypted nor padded.</summary>
public static class CoinBinaryWriter
{
    /// <summary>The most coins that a file holds.</summary>
    public const int MaxCoins = CoinBinaryHeader.MaxCount;

    private const int CoinsPerWrite = 128;

    /// <summary>Writes the coins, secrets included.</summary>
    /// <param name="destination">Where to; it is left open.</param>
    /// <param name="coins">
    /// 1 to 65,535 coins. The format has room for a pownstring in files of one coin only: of several coins theirs are not written.
    /// </param>
    /// <param name="cancellationToken">Ends the writing early; the file is then incomplete.</param>
    /// <returns>When all is written and flushed.</returns>
    /// <exception cref="ArgumentException">No file holds so many coins, or none.</exception>
    public static async Task WriteAsync(Stream destination, CoinList coins, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(coins);
        if (coins.Count is < 1 or > MaxCoins)
        {
            throw new ArgumentException($"{coins.Count} coins; a binary coin file holds 1 to {MaxCoins}.", nameof(coins));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(CoinsPerWrite * CoinBinaryRecord.Length);
        try
        {
            new CoinBinaryHeader(coins.Count, HasProposals: false, coins.Count == 1 ? coins[0].EarlierPownstring : null).Write(buffer);
            await destination.WriteAsync(buffer.AsMemory(0, CoinBinaryHeader.Length), cancellationToken).ConfigureAwait(false);
            for (var start = 0; start < coins.Count; start += CoinsPerWrite)
            {
                var length = Fill(buffer, coins.Records.Span[(start * CoinRecord.Length)..]);
                await destination.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static int Fill(byte[] buffer, ReadOnlySpan<byte> records)
    {
        var length = 0;
        for (; !records.IsEmpty && length < CoinsPerWrite * CoinBinaryRecord.Length; records = records[CoinRecord.Length..])
        {
            CoinBinaryRecord.Write(buffer.AsSpan(length), records);
            length += CoinBinaryRecord.Length;
        }

        return length;
    }
}
