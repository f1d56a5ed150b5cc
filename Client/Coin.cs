using System.Text.Json.Serialization;

namespace OrleansTasks.Client;

/// <summary>A coin to detect.</summary>
public sealed record Coin
{
    /// <summary>0 to 4,294,967,295. A detect may not contain the same denomination and serial number twice.</summary>
    [JsonPropertyName("sn")]
    public required uint SerialNumber { get; init; }

    /// <summary>-8 to 6: the coin is worth 10 to this power in CloudCoin.</summary>
    public int Denomination { get; init; }

    /// <summary>25 authenticity numbers of 32 hexadecimal digits, RAIDA 0 first. They are secret: they are the coin.</summary>
    [JsonPropertyName("ans")]
    public required IReadOnlyList<string> AuthenticityNumbers { get; init; }

    /// <summary>The pownstring of an earlier detect, for the totals of coins that were fracked or in limbo before; null if unknown.</summary>
    public string? Pownstring { get; init; }

    /// <summary>The coin without its secrets.</summary>
    public override string ToString() => $"Coin {{ SerialNumber = {SerialNumber}, Denomination = {Denomination} }}";
}
