using System.Text.Json.Serialization;

namespace Plain;

/// <summary>The form of every response.</summary>
internal sealed record Envelope(TaskView Payload, string Status);

/// <summary>A task as readers see it.</summary>
internal sealed record TaskView(Guid Id, string Status, int Progress, long Started, long? Finished, string Message, object? Data);

/// <summary>The result of an echo.</summary>
internal sealed record EchoData(int Online, string Pownstring, int[] Pownarray, int[] Latencies);

/// <summary>The result of a detect.</summary>
internal sealed record DetectData(
    [property: JsonPropertyName("TotalCoins")] long TotalCoins,
    [property: JsonPropertyName("TotalCheckedCoins")] long TotalCheckedCoins,
    [property: JsonPropertyName("TotalAuthentic")] long TotalAuthentic,
    [property: JsonPropertyName("TotalFracked")] long TotalFracked,
    [property: JsonPropertyName("TotalCounterfeit")] long TotalCounterfeit,
    [property: JsonPropertyName("TotalLimbo")] long TotalLimbo,
    [property: JsonPropertyName("TotalErrors")] long TotalErrors,
    [property: JsonPropertyName("Coins")] CoinData[] Coins);

/// <summary>The result of one coin.</summary>
internal sealed record CoinData(uint Sn, string Pownstring, string Result);
