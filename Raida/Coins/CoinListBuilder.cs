using System.Buffers.Binary;

namespace Raida.Coins;

/// <summary>Collects coins for a <see cref="CoinList"/>. Not safe for use by several threads at once.</summary>
public sealed class CoinListBuilder
{
    private readonly Dictionary<(sbyte DenominationCode, uint SerialNumber), int> _indexes = [];
    private byte[] _records = [];
    private byte[] _earlierPownstrings = [];

    /// <summary>How many coins were added.</summary>
    public int Count => _indexes.Count;

    /// <summary>Adds a coin.</summary>
    /// <param name="denomination">Its denomination.</param>
    /// <param name="serialNumber">Its serial number.</param>
    /// <param name="authenticityNumbers">Its 25 ANs, 400 bytes, RAIDA 0 first; copied.</param>
    /// <param name="earlierPownstring">The pownstring that it came with, if any.</param>
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
        GrowTo(ref _records, (index + 1) * CoinRecord.Length);
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
    /// <returns>The coins in the order added.</returns>
    public CoinList Build()
    {
        var count = Count;
        Array.Resize(ref _records, count * CoinRecord.Length);
        if (_earlierPownstrings.Length > 0)
        {
            Array.Resize(ref _earlierPownstrings, count * CoinRecord.EarlierPownstringLength);
        }

        var list = new CoinList(_records, _earlierPownstrings);
        _indexes.Clear();
        _records = [];
        _earlierPownstrings = [];
        return list;
    }

    private void AddEarlierPownstring(int index, Pownstring pownstring)
    {
        var offset = index * CoinRecord.EarlierPownstringLength;
        GrowTo(ref _earlierPownstrings, offset + CoinRecord.EarlierPownstringLength);
        _earlierPownstrings[offset] = 1;
        pownstring.Pack(_earlierPownstrings.AsSpan(offset + 1));
    }

    private static void GrowTo(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, (int)Math.Max(length, Math.Min(buffer.Length * 2L, Array.MaxLength)));
        }
    }
}
