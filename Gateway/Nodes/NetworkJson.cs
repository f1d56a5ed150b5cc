using System.Text.Json;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Gateway.Nodes;

/// <summary>Writes how the servers are as JSON; members that do not apply are left out.</summary>
internal static class NetworkJson
{
    private const double MicrosecondsPerMillisecond = 1000;

    public static void Write(Utf8JsonWriter writer, NetworkReport report)
    {
        writer.WriteStartObject();
        writer.WriteNumber("silos", report.Silos);
        if (report.SilentSilos > 0)
        {
            writer.WriteNumber("silentSilos", report.SilentSilos);
        }

        writer.WriteStartArray("nodes");
        foreach (var node in report.Nodes)
        {
            Write(writer, node);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, NodeSummary node)
    {
        writer.WriteStartObject();
        writer.WriteNumber("raida", node.Raida);
        writer.WriteString("address", node.Address);
        writer.WriteString("state", node.State switch
        {
            NodeState.Up => "up",
            NodeState.Down => "down",
            NodeState.Mixed => "mixed",
            _ => "unknown",
        });
        if (node.Latency is { } latency)
        {
            writer.WriteStartObject("latency");
            writer.WriteNumber("p50", ToMilliseconds(latency.MedianMicroseconds));
            writer.WriteNumber("p95", ToMilliseconds(latency.P95Microseconds));
            writer.WriteNumber("p99", ToMilliseconds(latency.P99Microseconds));
            writer.WriteEndObject();
        }

        writer.WriteStartObject("counts");
        writer.WriteNumber("answered", node.Counts.Answered);
        writer.WriteNumber("noReply", node.Counts.NoReply);
        writer.WriteNumber("refused", node.Counts.Refused);
        writer.WriteNumber("dropped", node.Counts.Dropped);
        writer.WriteNumber("notAsked", node.Counts.NotAsked);
        writer.WriteEndObject();
        if (node.LastHeard is { } lastHeard)
        {
            writer.WriteNumber("lastHeard", lastHeard);
        }

        writer.WriteEndObject();
    }

    /// <summary>In tenths of a millisecond: finer than what a network repeats.</summary>
    private static double ToMilliseconds(int microseconds) => Math.Round(microseconds / MicrosecondsPerMillisecond, 1);
}
