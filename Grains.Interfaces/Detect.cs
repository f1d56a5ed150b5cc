using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Detect;

/// <summary>Asks all 25 servers whether coins are authentic. Holds the coins' secrets: never shown, removed when the task has ended.</summary>
/// <param name="Coins">The coins in the order submitted, 405 bytes each, in the layout of Raida's CoinRecord.</param>
/// <param name="EarlierPownstrings">Empty, or the pownstrings that the coins came with: 14 bytes each, in the layout of Raida's CoinList.</param>
[GenerateSerializer, Immutable, Alias("DetectInput")]
public sealed record DetectInput(
    [property: Id(0)] ReadOnlyMemory<byte> Coins,
    [property: Id(1)] ReadOnlyMemory<byte> EarlierPownstrings) : TaskInput
{
    private const int BytesPerCoin = 405;

    /// <inheritdoc />
    public override string Kind => "detect";

    /// <inheritdoc />
    public override int? CoinCount => Coins.Length / BytesPerCoin;

    /// <inheritdoc />
    public override long Length => Coins.Length + EarlierPownstrings.Length;

    /// <summary>Describes the input without its secrets.</summary>
    public override string ToString() => $"DetectInput of {Coins.Length} bytes";
}

/// <summary>What the 25 servers reported about the coins. Sums are in units of 10^-8 CloudCoin.</summary>
/// <param name="TotalCheckedCoins">The coins that reached quorum.</param>
/// <param name="TotalAlreadyFracked">The coins that were Fracked before, and still are.</param>
/// <param name="TotalAlreadyLimbo">The coins that were in Limbo before, and still are.</param>
/// <param name="TotalFracked">The coins that are Fracked and were not before.</param>
/// <param name="TotalLimbo">The coins that are in Limbo and were not before.</param>
/// <param name="Details">Null when every coin reached quorum and no server rejected the key coin; otherwise a sentence for each server and reason.</param>
/// <param name="SerialNumbers">The coins' serial numbers in the order submitted.</param>
/// <param name="Pownstrings">13 bytes for each coin, packed as in coin files: one nibble for each server.</param>
[GenerateSerializer, Immutable, Alias("DetectResult")]
public sealed record DetectResult(
    [property: Id(0)] long TotalCoins,
    [property: Id(1)] long TotalCheckedCoins,
    [property: Id(2)] long TotalAuthentic,
    [property: Id(3)] long TotalAlreadyFracked,
    [property: Id(4)] long TotalAlreadyLimbo,
    [property: Id(5)] long TotalFracked,
    [property: Id(6)] long TotalCounterfeit,
    [property: Id(7)] long TotalLimbo,
    [property: Id(8)] long TotalErrors,
    [property: Id(9)] string[]? Details,
    [property: Id(10)] uint[] SerialNumbers,
    [property: Id(11)] ReadOnlyMemory<byte> Pownstrings) : TaskResult;
