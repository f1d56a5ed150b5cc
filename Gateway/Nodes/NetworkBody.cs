using System.Text.Json.Serialization;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Gateway.Nodes;

/// <summary>The 25 servers as the cluster observes them.</summary>
/// <param name="SilentSilos">How many silos did not respond in time; absent if all did.</param>
/// <param name="Encrypted">Whether all silos encrypt every detect with a key coin.</param>
internal sealed record NetworkBody(int Silos, int? SilentSilos, bool Encrypted, NodeBody[] Nodes)
{
    public static NetworkBody From(NetworkReport report) => new(
        report.Silos,
        report.SilentSilos > 0 ? report.SilentSilos : null,
        report.IsEncrypted,
        Array.ConvertAll(report.Nodes, NodeBody.From));
}

/// <summary>One server.</summary>
/// <param name="Latency">Absent before the first reply.</param>
/// <param name="Counts">The requests by outcome since the silos started.</param>
/// <param name="LastHeard">The time of the last reply in Unix seconds; absent before the first.</param>
internal sealed record NodeBody(
    int Raida,
    string Address,
    [property: JsonConverter(typeof(LowerCaseConverter<NodeState>))] NodeState State,
    LatencyBody? Latency,
    CountsBody Counts,
    long? LastHeard)
{
    public static NodeBody From(NodeSummary node) => new(
        node.Raida,
        node.Address,
        node.State,
        node.Latency is { } latency
            ? new(ToMilliseconds(latency.MedianMicroseconds), ToMilliseconds(latency.P95Microseconds), ToMilliseconds(latency.P99Microseconds))
            : null,
        new(node.Counts.Answered, node.Counts.NoReply, node.Counts.Refused, node.Counts.Dropped, node.Counts.NotAsked),
        node.LastHeard);

    /// <summary>In tenths of a millisecond: finer differences do not repeat in a network.</summary>
    private static double ToMilliseconds(int microseconds) => Math.Round(microseconds / 1000.0, 1);
}

/// <summary>Percentiles of the newest latencies in milliseconds.</summary>
internal sealed record LatencyBody(double P50, double P95, double P99);

/// <summary>Requests by outcome.</summary>
internal sealed record CountsBody(long Answered, long NoReply, long Refused, long Dropped, long NotAsked);
