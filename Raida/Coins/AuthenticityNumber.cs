namespace Raida.Coins;

/// <summary>Sizes of authenticity numbers (ANs), the secrets that are a coin.</summary>
public static class AuthenticityNumber
{
    /// <summary>The length of one AN in bytes: each RAIDA holds one for each coin.</summary>
    public const int Length = 16;

    /// <summary>The length of a coin's 25 ANs in bytes, RAIDA 0 first.</summary>
    public const int LengthOfAll = RaidaNetwork.NodeCount * Length;
}
