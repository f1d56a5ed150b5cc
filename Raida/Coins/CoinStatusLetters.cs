namespace Raida.Coins;

/// <summary>The letters that stand for a <see cref="CoinStatus"/> in a pownstring.</summary>
public static class CoinStatusLetters
{
    /// <summary>The letters of the statuses 0 to F; a question mark where there is none.</summary>
    internal static ReadOnlySpan<byte> ByNibble => "u?????????pbndef"u8;

    /// <summary>The letter of a status.</summary>
    /// <param name="status">One of the seven statuses.</param>
    /// <returns>One of p, f, n, e, d, b, u.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the seven.</exception>
    public static char ToLetter(this CoinStatus status) => IsNibble((byte)status)
        ? (char)ByNibble[(byte)status]
        : throw new ArgumentOutOfRangeException(nameof(status), status, "No letter stands for this value.");

    /// <summary>Reads a letter, lower or upper case.</summary>
    /// <returns>False when no status has this letter.</returns>
    public static bool TryParse(char letter, out CoinStatus status)
    {
        var nibble = letter <= 'z' ? ByNibble.IndexOf((byte)(letter | 0x20)) : -1;
        var isKnown = nibble >= 0 && IsNibble(nibble);
        status = isKnown ? (CoinStatus)nibble : CoinStatus.Untried;
        return isKnown;
    }

    /// <summary>Whether a nibble of a coin file stands for a status.</summary>
    /// <param name="nibble">0 to 15.</param>
    /// <returns>True for A to F and 0.</returns>
    public static bool IsNibble(int nibble) => nibble is 0 or (>= 0xA and <= 0xF);
}
