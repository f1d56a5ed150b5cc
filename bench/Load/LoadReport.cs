using System.Text.Json.Serialization;

namespace Bench.Load;

/// <summary>The result of an order; one line of JSON.</summary>
internal sealed record LoadReport
{
    /// <summary>The number of completed operations.</summary>
    public long Count { get; init; }

    /// <summary>The time from the first start to the last end.</summary>
    public double Seconds { get; init; }

    /// <summary>The median latency of an operation in milliseconds.</summary>
    public double P50 { get; init; }

    /// <summary>The 99th percentile of the latency in milliseconds.</summary>
    public double P99 { get; init; }

    /// <summary>Operations in which a server did not reply, or a coin got no verdict.</summary>
    public long Imperfect { get; init; }

    /// <summary>Calls that the service rejected with 429 or 503; they were retried.</summary>
    public long Rejections { get; init; }

    /// <summary>Further results by name.</summary>
    public Dictionary<string, double> More { get; init; } = [];

    /// <summary>The id of a task that was started.</summary>
    public string TaskId { get; init; } = "";

    /// <summary>Why the order failed; null when it succeeded. The other members are meaningless after a failure.</summary>
    public string? Fault { get; init; }

    [JsonIgnore]
    public double PerSecond => Count / Seconds;
}
