using System.Buffers.Binary;

namespace Raida.Coins;

/// <summary>One coin of a <see cref="CoinList"/>: a view of the list's buffer.</summary>
public readonly struct Coin
{
    private readonly ReadOnlyMemory<byte> _record;
    private readonly ReadOnlyMemory<byte> _earlierPownstring;

    internal Coin(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> earlierPownstring)
    {
        _record = record;
        _earlierPownstring = earlierPownstring;
    }

    /// <summary>The coin's denomination.</summary>
    public Denomination Denomination => new((sbyte)_record.Span[0]);

    /// <summary>The coin's serial number, unique within its denomination.</summary>
    public uint SerialNumber => BinaryPrimitives.ReadUInt32BigEndian(_record.Span[CoinRecord.SerialNumberOffset..]);

    /// <summary>The pownstring that the coin came with, if any.</summary>
    public Pownstring? EarlierPownstring =>
        !_earlierPownstring.IsEmpty
        && _earlierPownstring.Span[0] != 0
        && Pownstring.TryUnpack(_earlierPownstring.Span[1..], out var pownstring)
            ? pownstring
            : null;

    /// <summary>The coin's 25 ANs, 16 bytes each, RAIDA 0 first.</summary>
    public ReadOnlySpan<byte> AuthenticityNumbers => _record.Span[CoinRecord.AuthenticityNumbersOffset..];

    /// <summary>The coin's AN at one RAIDA, a secret that it shares with the coin's owner.</summary>
    /// <param name="raida">0 to 24.</param>
    public ReadOnlySpan<byte> GetAuthenticityNumber(int raida) =>
        AuthenticityNumbers.Slice(raida * AuthenticityNumber.Length, AuthenticityNumber.Length);

    /// <summary>Describes the coin without its secrets.</summary>
    public override string ToString() => $"denomination {Denomination}, serial number {SerialNumber}";
}
