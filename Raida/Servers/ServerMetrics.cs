using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Raida.Protocol;

namespace Raida.Servers;

/// <summary>Why a received datagram was discarded.</summary>
internal enum DiscardReason
{
    /// <summary>No request in flight has its echo id: late or duplicate.</summary>
    Unmatched,

    /// <summary>Its signature is not that of the request (<see cref="ReplyCheck.Unproven"/>); it may still be a true error.</summary>
    Forged,

    /// <summary>Truncated, oversized, or of another server or command.</summary>
    Malformed,

    /// <summary>The server rejected a request's header; such replies cannot be matched.</summary>
    HeaderError,
}

/// <summary>The instruments of one client, of the meter <c>Raida</c>. Each belongs to a client, so that its gauges end with it.</summary>
internal sealed class ClientInstruments : IDisposable
{
    private readonly Meter _meter = new(RaidaClient.MeterName);
    private readonly ConcurrentQueue<ServerMetrics> _servers = [];

    public ClientInstruments()
    {
        Requests = _meter.CreateCounter<long>("raida.client.requests", "{request}", "Requests to a server, by outcome.");
        RoundTrip = _meter.CreateHistogram(
            "raida.client.roundtrip.duration",
            "s",
            "The time from the first transmission of a request to its reply.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
            });
        Sent = _meter.CreateCounter<long>("raida.client.datagrams.sent", "{datagram}", "Datagrams sent, retransmissions included.");
        Retransmitted = _meter.CreateCounter<long>("raida.client.datagrams.retransmitted", "{datagram}", "Datagrams sent again.");
        Discarded = _meter.CreateCounter<long>("raida.client.datagrams.discarded", "{datagram}", "Datagrams received and discarded, by reason.");
        Connections = _meter.CreateCounter<long>("raida.client.connections", "{connection}", "TCP connections tried.");
        _meter.CreateObservableUpDownCounter(
            "raida.client.requests.in_flight",
            () => Observe(server => server.InFlight),
            "{request}",
            "Requests that wait for a reply.");
        _meter.CreateObservableUpDownCounter(
            "raida.client.requests.queued",
            () => Observe(server => server.Queued),
            "{request}",
            "Requests that wait to be sent.");
        _meter.CreateObservableUpDownCounter(
            "raida.client.server.state",
            () => _servers.SelectMany(server => server.ObserveState()),
            "{server}",
            "1 for the state that a server is in, 0 for the others.");
    }

    public Counter<long> Requests { get; }

    public Histogram<double> RoundTrip { get; }

    public Counter<long> Sent { get; }

    public Counter<long> Retransmitted { get; }

    public Counter<long> Discarded { get; }

    public Counter<long> Connections { get; }

    public void Add(ServerMetrics server) => _servers.Enqueue(server);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> Observe(Func<ServerMetrics, int> get) =>
        _servers.Select(server => new Measurement<int>(get(server), server.Tags));
}

/// <summary>The measurements of one server, with the tags <c>raida.id</c>, <c>server.address</c> and <c>server.port</c>.</summary>
internal sealed class ServerMetrics(
    int raida,
    RaidaServer server,
    ClientInstruments client,
    RequestQueue queue,
    ServerMonitor monitor)
{
    private static readonly FrozenDictionary<ReplyOutcome, string> Outcomes = GetNames<ReplyOutcome>();
    private static readonly FrozenDictionary<DiscardReason, string> Reasons = GetNames<DiscardReason>();
    private static readonly FrozenDictionary<ServerState, string> States = GetNames<ServerState>();

    private readonly KeyValuePair<string, object?> _id = new("raida.id", raida);
    private readonly KeyValuePair<string, object?> _host = new("server.address", server.Host);
    private readonly KeyValuePair<string, object?> _port = new("server.port", server.Port);

    public KeyValuePair<string, object?>[] Tags => [_id, _host, _port];

    public int InFlight => queue.InFlight;

    public int Queued => queue.Queued;

    public IEnumerable<Measurement<int>> ObserveState()
    {
        var current = monitor.State;
        return States.Select(state => new Measurement<int>(state.Key == current ? 1 : 0, [.. Tags, new("raida.state", state.Value)]));
    }

    public void CountRequest(RaidaReply reply)
    {
        client.Requests.Add(1, _id, _host, _port, new("raida.outcome", Outcomes[reply.Outcome]));
        if (reply.Outcome == ReplyOutcome.Answered)
        {
            client.RoundTrip.Record(
                reply.Latency.TotalSeconds,
                _id,
                _host,
                _port,
                new("raida.command", reply.Command == RaidaCommand.Detect ? "detect" : "echo"));
        }
    }

    public void CountDatagram(bool isRetransmission)
    {
        client.Sent.Add(1, _id, _host, _port);
        if (isRetransmission)
        {
            client.Retransmitted.Add(1, _id, _host, _port);
        }
    }

    public void CountDiscarded(DiscardReason reason) =>
        client.Discarded.Add(1, _id, _host, _port, new("raida.reason", Reasons[reason]));

    public void CountConnection() => client.Connections.Add(1, _id, _host, _port);

    private static FrozenDictionary<T, string> GetNames<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
}
