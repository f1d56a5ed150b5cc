namespace Raida.Coins;

/// <summary>
/// How a <see cref="CoinList"/> keeps a coin: denomination (1 byte, signed), serial number (4, big-endian), 25 ANs (16 each, RAIDA 0
/// first). Coin files of format 9 hold the same bytes behind two more.
/// </summary>
public static class CoinRecord
{
    /// <summary>The length in bytes.</summary>
    public const int Length = AuthenticityNumbersOffset + AuthenticityNumber.LengthOfAll;

    internal const int SerialNumberOffset = 1;

    internal const int AuthenticityNumbersOffset = 5;

    /// <summary>
    /// The length of what a coin came with, in bytes: 1 or 0 for whether there was a pownstring, and its 13 packed bytes.
    /// </summary>
    internal const int EarlierPownstringLength = 1 + Pownstring.PackedLength;
}
