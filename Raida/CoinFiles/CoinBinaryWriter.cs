using System.Buffers;
using System.Security.Cryptography;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Writes coins as a binary coin file of format 9, neither encrypted nor padded.</summary>
public static class CoinBinaryWriter
{
    /// <summary>The largest number of coins in one file.</summary>
    public const int MaxCoins = CoinBinaryHeader.MaxCount;

    private const int CoinsPerWrite = 128;

    /// <summary>Writes the coins with their secrets, flushes the stream and leaves it open.</summary>
    /// <param name="destination">The stream.</param>
    /// <param name="coins">1 to 65,535 coins. Only a file of one coin has a pownstring; the format has no place for those of several.</param>
    /// <param name="cancellationToken">Cancels the write; the file is then incomplete.</param>
    /// <exception cref="ArgumentException">There are no coins, or too many for one file.</exception>
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
            buffer.AsSpan(length, CoinBinaryRecord.RecordOffset).Clear();
            records[..CoinRecord.Length].CopyTo(buffer.AsSpan(length + CoinBinaryRecord.RecordOffset));
            length += CoinBinaryRecord.Length;
        }

        return length;
    }
}
