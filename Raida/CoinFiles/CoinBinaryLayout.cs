using System.Buffers.Binary;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>The header of a binary coin file of format 9.</summary>
/// <param name="HasProposals">Whether every coin has 25 proposed ANs after its 25 ANs.</param>
/// <param name="EarlierPownstring">The pownstring in a file of one coin; null if the coin was never tried.</param>
/// <remarks>
/// Integers are big-endian. The header is followed by the coins without gaps (<see cref="CoinBinaryRecord"/>) and, optionally, by padding of
/// any content that rounds their length up to a multiple of 32.
/// <code>
/// offset  size  field
///      0     1  format, 9
///      1     1  reserved, any; 1 is written
///      2     2  coin id, 6 for CloudCoin
///      4     1  experimental, any; 0 is written
///      5     1  encryption: 0 none, 1 AES-128, 4 AES-256
///      6     2  number of coins, 1 to 65,535
///      8     7  first bytes of the password's hash, any in an unencrypted file; 0 is written
///     15     1  flag: 1 for files with proposed ANs, else 0
///     16    16  one coin: its pownstring (13) and a task id (3, any; 0 is written). More coins: a text, any
/// </code>
/// </remarks>
internal sealed record CoinBinaryHeader(int Count, bool HasProposals, Pownstring? EarlierPownstring)
{
    public const int Length = 32;

    /// <summary>The largest number of coins in one file.</summary>
    public const int MaxCount = ushort.MaxValue;

    /// <summary>The first byte of the file.</summary>
    public const byte Format = 9;

    private const int ReservedOffset = 1;
    private const int CoinIdOffset = 2;
    private const int EncryptionOffset = 5;
    private const int CountOffset = 6;
    private const int FlagOffset = 15;
    private const int PownstringOffset = 16;

    private static ReadOnlySpan<byte> TextOfSeveralCoins => "Live Free Or Die"u8;

    /// <summary>Reads and checks a header of 32 bytes.</summary>
    public static CoinBinaryHeader Read(ReadOnlySpan<byte> source)
    {
        ThrowUnless(source[0] == Format, 0, $"format {source[0]}, {Format} expected");
        var coinId = BinaryPrimitives.ReadUInt16BigEndian(source[CoinIdOffset..]);
        ThrowUnless(
            coinId == RaidaNetwork.CloudCoinId,
            CoinIdOffset,
            $"coin id {coinId}, {RaidaNetwork.CloudCoinId} (CloudCoin) expected");
        ThrowUnless(
            source[EncryptionOffset] == 0,
            EncryptionOffset,
            $"the file is encrypted ({DescribeEncryption(source[EncryptionOffset])}), one without encryption expected");
        var count = BinaryPrimitives.ReadUInt16BigEndian(source[CountOffset..]);
        ThrowUnless(count > 0, CountOffset, "no coins, 1 to 65535 expected");
        var flag = source[FlagOffset];
        ThrowUnless(flag is 0 or 1, FlagOffset, $"flag {flag}, 0 or 1 expected");
        return new CoinBinaryHeader(count, flag == 1, count == 1 ? ReadPownstring(source) : null);
    }

    /// <summary>Writes the 32 bytes of a header without proposed ANs.</summary>
    public void Write(Span<byte> destination)
    {
        destination[..Length].Clear();
        destination[0] = Format;
        destination[ReservedOffset] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(destination[CoinIdOffset..], RaidaNetwork.CloudCoinId);
        BinaryPrimitives.WriteUInt16BigEndian(destination[CountOffset..], (ushort)Count);
        if (Count > 1)
        {
            TextOfSeveralCoins.CopyTo(destination[PownstringOffset..]);
        }
        else
        {
            EarlierPownstring.GetValueOrDefault().Pack(destination[PownstringOffset..]);
        }
    }

    private static Pownstring? ReadPownstring(ReadOnlySpan<byte> source)
    {
        var packed = source.Slice(PownstringOffset, Pownstring.PackedLength);
        if (Pownstring.TryUnpack(packed, out var pownstring))
        {
            return pownstring == default ? null : pownstring;
        }

        var raida = 0;
        while (CoinStatusLetters.IsNibble(raida % 2 == 0 ? packed[raida / 2] >> 4 : packed[raida / 2] & 0xF))
        {
            raida++;
        }

        throw new InvalidCoinFileException(
            PownstringOffset + (raida / 2),
            $"the pownstring's nibble of RAIDA {raida} stands for no status, 0 or A to F expected");
    }

    private static string DescribeEncryption(byte type) => type switch
    {
        1 => "AES-128",
        4 => "AES-256",
        _ => $"type {type}",
    };

    private static void ThrowUnless(bool isValid, int offset, string problem)
    {
        if (!isValid)
        {
            throw new InvalidCoinFileException(offset, problem);
        }
    }
}

/// <summary>The layout of one coin in a binary coin file of format 9.</summary>
/// <remarks>
/// Integers are big-endian. Two bytes are followed by a <see cref="CoinRecord"/>.
/// <code>
/// offset  size  field
///      0     1  split, 0
///      1     1  shard, 0
///      2     1  denomination, signed, -8 to 6
///      3     4  serial number
///      7   400  25 ANs of 16 bytes, RAIDA 0 first
///    407   400  25 proposed ANs, only in files with that flag
/// </code>
/// </remarks>
internal static class CoinBinaryRecord
{
    public const int ShardOffset = 1;

    public const int RecordOffset = 2;

    public const int SerialNumberOffset = RecordOffset + CoinRecord.SerialNumberOffset;

    public const int AuthenticityNumbersOffset = RecordOffset + CoinRecord.AuthenticityNumbersOffset;

    /// <summary>The length without proposed ANs.</summary>
    public const int Length = RecordOffset + CoinRecord.Length;

    public const int LengthWithProposals = Length + AuthenticityNumber.LengthOfAll;
}
