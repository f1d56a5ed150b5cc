using System.Buffers.Binary;

namespace Raida.Coins;

/// <summary>Collects coins for a <see cref="CoinList"/>. Not safe for use by several threads at once.</summary>
public sealed class CoinListBuilder
{
    /// <summary>A list keeps its buffer, and is not copied into an exact one, when at most a quarter is unused.</summary>
    private const int SpareDivisor = 4;

    private readonly Dictionary<(sbyte DenominationCode, uint SerialNumber), int> _indexes = [];
    private int _expectedCount;
    private byte[] _records = [];
    private byte[] _earlierPownstrings = [];

    /// <summary>How many coins were added.</summary>
    public int Count => _indexes.Count;

    /// <summary>
    /// Tells how many coins are about to be added, so that they are not copied over and over. Whoever says so may be wrong or lie: the
    /// memory is taken in three steps, for a 64th of them, an eighth, and all.
    /// </summary>
    /// <param name="count">How many coins more than there are; at least 0.</param>
    public void Expect(int count) => _expectedCount = Count + count;

    /// <summary>Adds a coin.</summary>
    /// <param name="authenticityNumbers">Its 25 ANs, 400 bytes, RAIDA 0 first; copied.</param>
    /// <param name="earlierIndex">Where the coin already stands, when it does; else -1.</param>
    /// <returns>False, with nothing changed, when a coin of this denomination and serial number is there already.</returns>
    /// <exception cref="ArgumentException">The ANs are not 400 bytes.</exception>
    public bool TryAdd(
        Denomination denomination,
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
        if (!_indexes.TryAdd((denomination.Code, serialNumber), index))
        {
            earlierIndex = _indexes[(denomination.Code, serialNumber)];
            return false;
        }

        earlierIndex = -1;
        GrowTo(ref _records, index + 1, CoinRecord.Length);
        var record = _records.AsSpan(index * CoinRecord.Length, CoinRecord.Length);
        record[0] = (byte)denomination.Code;
        BinaryPrimitives.WriteUInt32BigEndian(record[CoinRecord.SerialNumberOffset..], serialNumber);
        authenticityNumbers.CopyTo(record[CoinRecord.AuthenticityNumbersOffset..]);
        if (earlierPownstring is { } pownstring)
        {
            AddEarlierPownstring(index, pownstring);
        }

        return true;
    }

    /// <summary>Makes the list. The builder starts empty again.</summary>
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

    private void AddEarlierPownstring(int index, Pownstring pownstring)
    {
        GrowTo(ref _earlierPownstrings, index + 1, CoinRecord.EarlierPownstringLength);
        var place = _earlierPownstrings.AsSpan(index * CoinRecord.EarlierPownstringLength, CoinRecord.EarlierPownstringLength);
        place[0] = 1;
        pownstring.Pack(place[1..]);
    }

    private void GrowTo(ref byte[] buffer, int count, int lengthOfOne)
    {
        if (buffer.Length >= count * lengthOfOne)
        {
            return;
        }

        // Steps of eight, so that while the last copy is made there is but an eighth more than the coins; doubling without expectation.
        var step = count <= _expectedCount / 64 ? _expectedCount / 64 : count <= _expectedCount / 8 ? _expectedCount / 8 : _expectedCount;
        var length = Math.Max(Math.Max(step, count) * (long)lengthOfOne, buffer.Length * 2L);
        Array.Resize(ref buffer, (int)Math.Min(length, Array.MaxLength));
        _indexes.EnsureCapacity(buffer.Length / lengthOfOne);
    }

    private static ReadOnlyMemory<byte> Trim(byte[] buffer, int length) =>
        buffer.Length - length > buffer.Length / SpareDivisor ? buffer.AsSpan(0, length).ToArray() : buffer.AsMemory(0, length);
}
