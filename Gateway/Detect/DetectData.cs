using System.Text.Json.Serialization;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;
using Raida.Coins;

namespace OrleansTasks.Gateway.Detect;

/// <summary>The result of a detect, with the member names of the published interface. Totals are in units of 10^-8 CloudCoin.</summary>
/// <param name="Details">Null, and present all the same, if every coin reached quorum and no server rejected the key coin.</param>
internal sealed record DetectData(
    [property: JsonPropertyName("TotalCoins")] long TotalCoins,
    [property: JsonPropertyName("TotalCheckedCoins")] long TotalCheckedCoins,
    [property: JsonPropertyName("TotalAuthentic")] long TotalAuthentic,
    [property: JsonPropertyName("TotalAlreadyFracked")] long TotalAlreadyFracked,
    [property: JsonPropertyName("TotalAlreadyLimbo")] long TotalAlreadyLimbo,
    [property: JsonPropertyName("TotalFracked")] long TotalFracked,
    [property: JsonPropertyName("TotalCounterfeit")] long TotalCounterfeit,
    [property: JsonPropertyName("TotalLimbo")] long TotalLimbo,
    [property: JsonPropertyName("TotalErrors")] long TotalErrors,
    [property: JsonPropertyName("Details"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string[]? Details,
    [property: JsonPropertyName("Coins")] CoinData[] Coins) : TaskData
{
    /// <exception cref="InvalidDataException">The stored result has a pownstring with an unknown status.</exception>
    public static DetectData From(DetectResult detect) => new(
        detect.TotalCoins,
        detect.TotalCheckedCoins,
        detect.TotalAuthentic,
        detect.TotalAlreadyFracked,
        detect.TotalAlreadyLimbo,
        detect.TotalFracked,
        detect.TotalCounterfeit,
        detect.TotalLimbo,
        detect.TotalErrors,
        detect.Details,
        ReadCoins(detect));

    private static CoinData[] ReadCoins(DetectResult detect)
    {
        var coins = new CoinData[detect.SerialNumbers.Length];
        for (var i = 0; i < coins.Length; i++)
        {
            var packed = detect.Pownstrings.Span.Slice(i * Pownstring.PackedLength, Pownstring.PackedLength);
            coins[i] = Pownstring.TryUnpack(packed, out var pownstring)
                ? new CoinData(detect.SerialNumbers[i], pownstring.ToString(), pownstring.Grade())
                : throw new InvalidDataException($"The stored pownstring of coin {i} has an unknown status.");
        }

        return coins;
    }
}

/// <summary>One coin of a detect.</summary>
/// <param name="Pownstring">25 letters, RAIDA 0 first.</param>
internal readonly record struct CoinData(
    uint Sn,
    string Pownstring,
    [property: JsonConverter(typeof(JsonStringEnumConverter<Grade>))] Grade Result);
