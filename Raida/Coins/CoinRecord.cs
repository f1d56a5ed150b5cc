namespace Raida.Coins;

/// <summary>
/// The layout of a coin in a <see cref="CoinList"/>: denomination (1 byte, signed), serial number (4, big-endian), 25 ANs (16 each, RAIDA 0
/// first). Coin files of format 9 contain the same bytes after two others.
/// </summary>
public static class CoinRecord
{
    /// <summary>The length in bytes.</summary>
    public const int Length = AuthenticityNumbersOffset + AuthenticityNumber.LengthOfAll;

    internal const int SerialNumberOffset = 1;

    internal const int AuthenticityNumbersOffset = 5;

    /// <summary>The length of an earlier pownstring in bytes: 1 or 0 for whether there is one, and its 13 packed bytes.</summary>
    internal const int EarlierPownstringLength = 1 + Pownstring.PackedLength;
}

/// <summary>Sizes of authenticity numbers (ANs), the secrets of a coin.</summary>
public static class AuthenticityNumber
{
    /// <summary>The length of one AN in bytes. Each RAIDA holds one for each coin.</summary>
    public const int Length = 16;

    /// <summary>The length of a coin's 25 ANs in bytes, RAIDA 0 first.</summary>
    public const int LengthOfAll = RaidaNetwork.NodeCount * Length;
}
