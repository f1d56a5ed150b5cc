namespace Raida.Coins;

/// <summary>What one RAIDA reported about one coin. The values are the nibbles of coin files.</summary>
public enum CoinStatus : byte
{
    /// <summary>Letter <c>u</c>: this RAIDA was not asked.</summary>
    Untried = 0x0,

    /// <summary>Letter <c>p</c>: the coin is authentic at this RAIDA.</summary>
    Pass = 0xA,

    /// <summary>Letter <c>b</c>: the server could not decrypt the request, because the key coin is wrong.</summary>
    Undecryptable = 0xB,

    /// <summary>Letter <c>n</c>: no reply within the timeout.</summary>
    NoReply = 0xC,

    /// <summary>Letter <c>d</c>: a network or internal error on this side.</summary>
    Dropped = 0xD,

    /// <summary>Letter <c>e</c>: the server returned an error, refused the connection, or gave contradictory replies.</summary>
    Error = 0xE,

    /// <summary>Letter <c>f</c>: the coin is counterfeit at this RAIDA.</summary>
    Fail = 0xF,
}

/// <summary>The letters of statuses in a pownstring.</summary>
internal static class CoinStatusLetters
{
    /// <summary>The letters of the nibbles 0 to F; a question mark for a nibble that is not a status.</summary>
    public static ReadOnlySpan<byte> ByNibble => "u?????????pbndef"u8;

    /// <summary>Parses a letter, lower or upper case.</summary>
    public static bool TryParse(char letter, out CoinStatus status)
    {
        var nibble = letter <= 'z' ? ByNibble.IndexOf((byte)(letter | 0x20)) : -1;
        var isKnown = nibble >= 0 && IsNibble(nibble);
        status = isKnown ? (CoinStatus)nibble : CoinStatus.Untried;
        return isKnown;
    }

    /// <summary>Whether a nibble of a coin file is a status: 0, or A to F.</summary>
    public static bool IsNibble(int nibble) => nibble is 0 or (>= 0xA and <= 0xF);
}
