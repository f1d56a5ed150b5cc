using System.Text.Json.Serialization;

namespace OrleansTasks.Client;

/// <summary>The 25 servers as the cluster observes them.</summary>
public sealed record NetworkReport
{
    /// <summary>How many silos contributed their observations.</summary>
    public required int Silos { get; init; }

    /// <summary>How many silos did not respond in time; null if all did.</summary>
    public int? SilentSilos { get; init; }

    /// <summary>Whether all silos encrypt detects, with a key coin.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>The servers, RAIDA 0 first.</summary>
    [JsonPropertyName("nodes")]
    public required IReadOnlyList<ServerReport> Servers { get; init; }
}

/// <summary>One server as the cluster observes it.</summary>
public sealed record ServerReport
{
    /// <summary>The number of the server, 0 to 24.</summary>
    public required int Raida { get; init; }

    /// <summary>Host and port.</summary>
    public required string Address { get; init; }

    /// <summary>Whether the server is asked.</summary>
    public required ServerState State { get; init; }

    /// <summary>Percentiles of the newest latencies; null before the first reply.</summary>
    public LatencyPercentiles? Latency { get; init; }

    /// <summary>Requests by outcome since the silos started.</summary>
    public required RequestCounts Counts { get; init; }

    /// <summary>The time of the last reply, in whole seconds; null before the first.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset? LastHeard { get; init; }
}

/// <summary>Whether the silos ask a server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServerState>))]
public enum ServerState
{
    /// <summary>No silo has asked the server yet.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>The server is asked.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>The server did not reply several times, and is only probed.</summary>
    [JsonStringEnumMemberName("down")]
    Down,

    /// <summary>Up for some silos and down for others.</summary>
    [JsonStringEnumMemberName("mixed")]
    Mixed,
}

/// <summary>Latencies in milliseconds.</summary>
public sealed record LatencyPercentiles
{
    /// <summary>The median.</summary>
    public required double P50 { get; init; }

    /// <summary>The 95th percentile.</summary>
    public required double P95 { get; init; }

    /// <summary>The 99th percentile.</summary>
    public required double P99 { get; init; }
}

/// <summary>Requests to a server by outcome.</summary>
public sealed record RequestCounts
{
    /// <summary>The server replied.</summary>
    public required long Answered { get; init; }

    /// <summary>The server did not reply in time.</summary>
    public required long NoReply { get; init; }

    /// <summary>The server refused the connection.</summary>
    public required long Refused { get; init; }

    /// <summary>The request was lost to a network or internal error of the service.</summary>
    public required long Dropped { get; init; }

    /// <summary>The server was down, so the request was not sent.</summary>
    public required long NotAsked { get; init; }
}
