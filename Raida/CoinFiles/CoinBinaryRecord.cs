using System.Buffers.Binary;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>One coin of a binary coin file of format 9.</summary>
/// <remarks>
/// Integers are big-endian. Behind the two first bytes stands what a <see cref="CoinRecord"/> is.
/// <code>
/// offset  size  field
///      0     1  split, 0
///      1     1  shard, 0
///      2     1  denomination, signed, -8 to 6
///      3     4  serial number
///      7   400  25 ANs of 16 bytes, RAIDA 0 first
///    407   400  25 proposed ANs, in files with that flag only
/// </code>
/// </remarks>
internal static class CoinBinaryRecord
{
    /// <summary>The length without proposed ANs.</summary>
    public const int Length = RecordOffset + CoinRecord.Length;

    public const int LengthWithProposals = Length + AuthenticityNumber.LengthOfAll;

    public const int ShardOffset = 1;

    public const int DenominationOffset = RecordOffset;

    private const int RecordOffset = 2;
    private const int SerialNumberOffset = RecordOffset + CoinRecord.SerialNumberOffset;
    private const int AuthenticityNumbersOffset = RecordOffset + CoinRecord.AuthenticityNumbersOffset;

    public static byte GetSplit(ReadOnlySpan<byte> coin) => coin[0];

    public static byte GetShard(ReadOnlySpan<byte> coin) => coin[ShardOffset];

    public static sbyte GetDenominationCode(ReadOnlySpan<byte> coin) => (sbyte)coin[DenominationOffset];

    public static uint GetSerialNumber(ReadOnlySpan<byte> coin) => BinaryPrimitives.ReadUInt32BigEndian(coin[SerialNumberOffset..]);

    public static ReadOnlySpan<byte> GetAuthenticityNumbers(ReadOnlySpan<byte> coin) =>
        coin.Slice(AuthenticityNumbersOffset, AuthenticityNumber.LengthOfAll);

    /// <summary>Writes a coin.</summary>
    /// <param name="destination">At least 407 bytes.</param>
    /// <param name="record">The coin as a <see cref="CoinList"/> holds it, 405 bytes.</param>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> record)
    {
        destination[..RecordOffset].Clear();
        record[..CoinRecord.Length].CopyTo(destination[RecordOffset..]);
    }
}
