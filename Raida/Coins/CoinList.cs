using Raida.Protocol;

namespace Raida.Coins;

/// <summary>
/// An immutable list of coins in one buffer, a <see cref="CoinRecord"/> each: no object a coin. Made by a
/// <see cref="CoinListBuilder"/>, or from a buffer that one made before.
/// </summary>
public sealed class CoinList
{
    /// <summary>Makes a list of buffers, which are not copied and must not be changed any more.</summary>
    /// <param name="records">405 bytes a coin, as <see cref="CoinRecord"/> says.</param>
    /// <param name="earlierPownstrings">
    /// Empty, or 14 bytes a coin: 1 or 0 for whether it came with a pownstring, and the 13 packed bytes.
    /// </param>
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
            throw new ArgumentException($"The pownstrings are not those of {Count} coins.", nameof(earlierPownstrings));
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
    /// Writes some coins as one RAIDA's detect records: 21 bytes a coin, denomination (1), serial number (4, big-endian), that
    /// RAIDA's AN (16).
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
