using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Raida;

namespace OrleansTasks.Testing;

/// <summary>Collects the counts of the meter <c>Raida</c> for the servers at some ports.</summary>
public sealed class ClientMetrics : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly HashSet<int> _ports;
    private readonly MeterListener _listener = new();

    public ClientMetrics(params IEnumerable<int> ports)
    {
        _ports = [.. ports];
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == RaidaClient.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
    }

    /// <summary>Datagrams sent, retransmissions included.</summary>
    public long Sent => Get("raida.client.datagrams.sent");

    public long Connections => Get("raida.client.connections");

    public long Answered => Get("answered");

    public long NoReply => Get("no_reply");

    public long Dropped => Get("dropped");

    public long ServerDown => Get("server_down");

    public long Unmatched => Get("unmatched");

    public long Forged => Get("forged");

    public long Malformed => Get("malformed");

    public long HeaderErrors => Get("header_error");

    public void Dispose() => _listener.Dispose();

    private long Get(string key) => _counts.GetValueOrDefault(key);

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var key = instrument.Name;
        var isOurs = false;
        foreach (var (name, tag) in tags)
        {
            isOurs |= name == "server.port" && _ports.Contains((int)tag!);
            key = name is "raida.outcome" or "raida.reason" ? (string)tag! : key;
        }

        if (isOurs)
        {
            _counts.AddOrUpdate(key, value, (_, count) => count + value);
        }
    }
}
