namespace Raida;

/// <summary>The fixed sizes of every RAIDA network.</summary>
public static class RaidaNetwork
{
    /// <summary>The number of servers, RAIDA 0 to RAIDA 24.</summary>
    public const int NodeCount = 25;

    /// <summary>How many servers must agree before a coin is graded: more than half.</summary>
    public const int Quorum = 13;

    /// <summary>CloudCoin's coin id, which every request names.</summary>
    public const ushort CloudCoinId = 6;
}
