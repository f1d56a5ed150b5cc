using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Detect;

/// <summary>Asks all 25 servers whether coins are authentic. Holds the coins' secrets: never shown, gone when the task has ended.</summary>
/// <param name="Coins">The coins in the order submitted, 405 bytes each, as Raida's CoinRecord says.</param>
/// <param name="EarlierPownstrings">Empty, or what the coins came with: 14 bytes each, as Raida's CoinList says.</param>
[GenerateSerializer, Immutable, Alias("DetectInput")]
public sealed record DetectInput(
    [property: Id(0)] ReadOnlyMemory<byte> Coins,
    [property: Id(1)] ReadOnlyMemory<byte> EarlierPownstrings) : TaskInput
{
    /// <inheritdoc />
    public override long Length => Coins.Length + EarlierPownstrings.Length;

    /// <summary>Names the input without the secrets in it.</summary>
    /// <returns>How much of it there is.</returns>
    public override string ToString() => $"DetectInput of {Coins.Length} bytes";
}
