namespace OrleansTasks.Gateway;

/// <summary>What the gateway lets in: section <c>Tasks</c> of the configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Tasks";

    // A coin in JSON is 25 ANs of 35 bytes and some members, about 1 KiB; indented ones take half as much again.
    private const int MaxBytesPerCoin = 2048;

    /// <summary>The most coins of one detect; 10,000 by default, 1 to 65,535 (the most that a coin file holds).</summary>
    public int MaxCoins { get; set; } = 10_000;

    /// <summary>The longest body of a detect in bytes: 2 KiB a coin, and 64 KiB for what stands around them.</summary>
    public long MaxDetectBodyLength => (MaxCoins * (long)MaxBytesPerCoin) + 65536;
}
