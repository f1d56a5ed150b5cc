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
            if (instrument.Meter.Name == "Raida")
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

    public long Answered => Get(nameof(ReplyOutcome.Answered));

    public long NoReply => Get(nameof(ReplyOutcome.NoReply));

    public long Dropped => Get(nameof(ReplyOutcome.Dropped));

    public long ServerDown => Get(nameof(ReplyOutcome.ServerDown));

    public long Unmatched => Get(nameof(Unmatched));

    public long Forged => Get(nameof(Forged));

    public long Malformed => Get(nameof(Malformed));

    public long HeaderErrors => Get("HeaderError");

    public void Dispose() => _listener.Dispose();

    private long Get(string key) => _counts.GetValueOrDefault(key);

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var key = instrument.Name;
        var isOurs = false;
        foreach (var (name, tag) in tags)
        {
            isOurs |= name == "server.port" && _ports.Contains((int)tag!);
            key = name is "outcome" or "reason" ? (string)tag! : key;
        }

        if (isOurs)
        {
            _counts.AddOrUpdate(key, value, (_, count) => count + value);
        }
    }
}
