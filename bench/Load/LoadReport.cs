using System.Text.Json.Serialization;

namespace Bench.Load;

/// <summary>What a worker process did, one line of JSON.</summary>
internal sealed record LoadReport
{
    /// <summary>Pieces of work that were done.</summary>
    public long Count { get; init; }

    /// <summary>From the first beginning to the last end.</summary>
    public double Seconds { get; init; }

    /// <summary>The time of one piece of work, in milliseconds.</summary>
    public double P50 { get; init; }

    /// <summary>The time that 99 of 100 did not exceed, in milliseconds.</summary>
    public double P99 { get; init; }

    /// <summary>Pieces of work in which a server did not answer, or a coin had no verdict.</summary>
    public long Imperfect { get; init; }

    /// <summary>Calls that the service refused with 429 or 503, and that were made again.</summary>
    public long Refusals { get; init; }

    /// <summary>What else was counted, by name.</summary>
    public Dictionary<string, double> More { get; init; } = [];

    /// <summary>The id of the task that was made.</summary>
    public string TaskId { get; init; } = "";

    /// <summary>What went wrong, where it did; the rest counts for nothing then.</summary>
    public string? Fault { get; init; }

    [JsonIgnore]
    public double PerSecond => Count / Seconds;
}
