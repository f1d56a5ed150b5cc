using Raida.Protocol;

namespace Raida.Coins;

/// <summary>
/// An immutable list of coins in one buffer, with a <see cref="CoinRecord"/> instead of an object for each coin. Created by a
/// <see cref="CoinListBuilder"/>, or from the buffers of another list.
/// </summary>
public sealed class CoinList
{
    /// <summary>The most coins of a list, 5,302,428: those that fit into one array.</summary>
    public static readonly int MaxCount = Array.MaxLength / CoinRecord.Length;

    /// <summary>Creates a list from the buffers of another one. They are not copied, and must not be changed any more.</summary>
    /// <exception cref="ArgumentException">The buffers do not hold whole coins, or not the same number of them.</exception>
    public CoinList(ReadOnlyMemory<byte> records, ReadOnlyMemory<byte> earlierPownstrings)
    {
        Count = records.Length / CoinRecord.Length;
        if (records.Length != Count * CoinRecord.Length)
        {
            throw new ArgumentException($"{records.Length} bytes are not whole coins of {CoinRecord.Length} bytes.", nameof(records));
        }

        if (!earlierPownstrings.IsEmpty && earlierPownstrings.Length != Count * CoinRecord.EarlierPownstringLength)
        {
            throw new ArgumentException($"{earlierPownstrings.Length} bytes are not the pownstrings of {Count} coins.", nameof(earlierPownstrings));
        }

        Records = records;
        EarlierPownstrings = earlierPownstrings;
    }

    /// <summary>The number of coins.</summary>
    public int Count { get; }

    /// <summary>The coins with their secrets: 405 bytes each.</summary>
    public ReadOnlyMemory<byte> Records { get; }

    /// <summary>Empty, or 14 bytes a coin: whether it came with a pownstring (1 or 0), and the 13 packed bytes.</summary>
    public ReadOnlyMemory<byte> EarlierPownstrings { get; }

    /// <summary>One coin.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1, in the order submitted.</param>
    public Coin this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            const int EarlierLength = CoinRecord.EarlierPownstringLength;
            return new Coin(
                Records.Slice(index * CoinRecord.Length, CoinRecord.Length),
                EarlierPownstrings.IsEmpty ? default : EarlierPownstrings.Slice(index * EarlierLength, EarlierLength));
        }
    }

    /// <summary>
    /// Writes some coins as detect records for one RAIDA, 21 bytes a coin: denomination (1), serial number (4, big-endian), the AN at that
    /// RAIDA (16).
    /// </summary>
    /// <param name="raida">0 to 24.</param>
    /// <param name="destination">At least 21 bytes a coin.</param>
    public void WriteDetectRecords(int raida, int start, int count, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)raida, (uint)RaidaNetwork.NodeCount, nameof(raida));
        const int NameLength = CoinRecord.AuthenticityNumbersOffset;
        var source = Records.Span.Slice(start * CoinRecord.Length, count * CoinRecord.Length);
        var secretOffset = NameLength + (raida * AuthenticityNumber.Length);
        for (; !source.IsEmpty; source = source[CoinRecord.Length..])
        {
            source[..NameLength].CopyTo(destination);
            source.Slice(secretOffset, AuthenticityNumber.Length).CopyTo(destination[NameLength..]);
            destination = destination[DetectPayload.RecordLength..];
        }
    }
}
