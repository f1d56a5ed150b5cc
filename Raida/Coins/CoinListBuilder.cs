using System.Buffers.Binary;

namespace Raida.Coins;

/// <summary>Collects coins for a <see cref="CoinList"/>. Not thread-safe.</summary>
public sealed class CoinListBuilder
{
    /// <summary>A buffer of which at most a quarter is unused becomes the list's; a larger one is copied.</summary>
    private const int SpareDivisor = 4;

    private readonly Dictionary<(sbyte DenominationCode, uint SerialNumber), int> _indexes = [];
    private int _expectedCount;
    private byte[] _records = [];
    private byte[] _earlierPownstrings = [];

    /// <summary>The number of coins that were added.</summary>
    public int Count => _indexes.Count;

    /// <summary>
    /// Announces how many more coins will be added, so that the buffer does not become larger. The number may come from an untrusted file, so
    /// memory is allocated as coins arrive.
    /// </summary>
    public void Expect(int count) => _expectedCount = Count + count;

    /// <summary>Adds a coin.</summary>
    /// <param name="authenticityNumbers">Its 25 ANs, 400 bytes, RAIDA 0 first; copied.</param>
    /// <param name="earlierIndex">The index of the coin if it was added before; otherwise -1.</param>
    /// <returns>False, without a change, if a coin of this denomination and serial number was added before.</returns>
    /// <exception cref="ArgumentException">The ANs are not 400 bytes.</exception>
    public bool TryAdd(
        Denomination denomination,
        uint serialNumber,
        ReadOnlySpan<byte> authenticityNumbers,
        Pownstring? earlierPownstring,
        out int earlierIndex) =>
        TryAddByCode(denomination.Code, serialNumber, authenticityNumbers, earlierPownstring, out earlierIndex);

    internal bool TryAddByCode(
        sbyte denominationCode,
        uint serialNumber,
        ReadOnlySpan<byte> authenticityNumbers,
        Pownstring? earlierPownstring,
        out int earlierIndex)
    {
        if (authenticityNumbers.Length != AuthenticityNumber.LengthOfAll)
        {
            throw new ArgumentException(
                $"{authenticityNumbers.Length} bytes of authenticity numbers, {AuthenticityNumber.LengthOfAll} expected.",
                nameof(authenticityNumbers));
        }

        var index = Count;
        if (!_indexes.TryAdd((denominationCode, serialNumber), index))
        {
            earlierIndex = _indexes[(denominationCode, serialNumber)];
            return false;
        }

        earlierIndex = -1;
        GrowTo(ref _records, index + 1, CoinRecord.Length);
        var record = _records.AsSpan(index * CoinRecord.Length, CoinRecord.Length);
        record[0] = (byte)denominationCode;
        BinaryPrimitives.WriteUInt32BigEndian(record[CoinRecord.SerialNumberOffset..], serialNumber);
        authenticityNumbers.CopyTo(record[CoinRecord.AuthenticityNumbersOffset..]);
        if (earlierPownstring is { } pownstring)
        {
            GrowTo(ref _earlierPownstrings, index + 1, CoinRecord.EarlierPownstringLength);
            var place = _earlierPownstrings.AsSpan(index * CoinRecord.EarlierPownstringLength, CoinRecord.EarlierPownstringLength);
            place[0] = 1;
            pownstring.Pack(place[1..]);
        }

        return true;
    }

    /// <summary>Creates the list, and empties the builder.</summary>
    public CoinList Build()
    {
        var records = Trim(_records, Count * CoinRecord.Length);
        var earlierPownstrings = default(ReadOnlyMemory<byte>);
        if (_earlierPownstrings.Length > 0)
        {
            GrowTo(ref _earlierPownstrings, Count, CoinRecord.EarlierPownstringLength);
            earlierPownstrings = Trim(_earlierPownstrings, Count * CoinRecord.EarlierPownstringLength);
        }

        _indexes.Clear();
        _expectedCount = 0;
        _records = [];
        _earlierPownstrings = [];
        return new CoinList(records, earlierPownstrings);
    }

    private void GrowTo(ref byte[] buffer, int count, int lengthOfOne)
    {
        if (buffer.Length >= count * (long)lengthOfOne)
        {
            return;
        }

        var most = Math.Max(count, _expectedCount) * (long)lengthOfOne;
        var length = Math.Max(count * (long)lengthOfOne, buffer.Length * 2L);
        length = count <= _expectedCount ? Math.Min(length, most) : length;
        Array.Resize(ref buffer, (int)Math.Min(length, Array.MaxLength));
        _indexes.EnsureCapacity(buffer.Length / lengthOfOne);
    }

    private static ReadOnlyMemory<byte> Trim(byte[] buffer, int length) =>
        buffer.Length - length > buffer.Length / SpareDivisor ? buffer.AsSpan(0, length).ToArray() : buffer.AsMemory(0, length);
}
