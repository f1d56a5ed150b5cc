namespace Raida.Coins;

/// <summary>What one RAIDA said of one coin. The values are the nibbles that stand for it in coin files.</summary>
public enum CoinStatus : byte
{
    /// <summary>Letter <c>u</c>: this RAIDA was not asked.</summary>
    Untried = 0x0,

    /// <summary>Letter <c>p</c>: this RAIDA calls the coin authentic.</summary>
    Pass = 0xA,

    /// <summary>Letter <c>b</c>: the request could not be decrypted there; the key coin is wrong.</summary>
    Undecryptable = 0xB,

    /// <summary>Letter <c>n</c>: no reply within the deadline.</summary>
    NoReply = 0xC,

    /// <summary>Letter <c>d</c>: dropped by a network error on our side.</summary>
    Dropped = 0xD,

    /// <summary>Letter <c>e</c>: the server answered with an error, or refused the connection.</summary>
    Error = 0xE,

    /// <summary>Letter <c>f</c>: this RAIDA calls the coin counterfeit.</summary>
    Fail = 0xF,
}
