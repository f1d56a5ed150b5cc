using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Gateway.Detect;

/// <summary>What a detect accepts: section <c>Tasks</c> of the configuration.</summary>
public sealed class DetectOptions
{
    /// <summary>The configuration's section.</summary>
    public const string Section = "Tasks";

    // A coin in JSON is 25 ANs of 35 bytes and some members, about 1 KiB; indented, half as much again.
    private const int MaxBytesPerCoin = 2048;

    /// <summary>The maximum number of coins of one detect; 10,000 by default, 1 to 65,535 (the most that a coin file holds).</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxCoins { get; set; } = 10_000;

    /// <summary>The maximum length of a detect's body in bytes: 2 KiB per coin, and 64 KiB for everything around them.</summary>
    public long MaxDetectBodyLength => (MaxCoins * (long)MaxBytesPerCoin) + 65536;
}

/// <summary>Validates <see cref="DetectOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DetectOptionsValidator : IValidateOptions<DetectOptions>;
