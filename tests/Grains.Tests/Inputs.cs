using OrleansTasks.Grains.Detect;
using Raida.Coins;

namespace OrleansTasks.Grains.Tests;

/// <summary>Creates the inputs of tasks.</summary>
internal static class Inputs
{
    public static DetectInput Detect(CoinList coins) => new(coins.Records, coins.EarlierPownstrings);

    public static IReadOnlyList<string> GetPownstrings(DetectResult result) =>
    [
        .. result.Pownstrings.ToArray().Chunk(Pownstring.PackedLength).Select(packed =>
            Pownstring.TryUnpack(packed, out var pownstring) ? pownstring.ToString() : throw new InvalidDataException("No pownstring.")),
    ];
}
