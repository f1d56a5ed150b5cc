using Raida.Coins;

namespace Raida.CoinFiles;

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
