using System.Diagnostics.Metrics;

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

/// <summary>Counts for the meter <c>Raida</c>, with the tags <c>raida.id</c>, <c>server.address</c> and <c>server.port</c>.</summary>
internal sealed class ServerMetrics(int raida, RaidaServer server)
{
    private static readonly Meter Meter = new("Raida");

    private static readonly Counter<long> Requests =
        Meter.CreateCounter<long>("raida.client.requests", "{request}", "Requests by outcome.");

    private static readonly Counter<long> Datagrams =
        Meter.CreateCounter<long>("raida.client.datagrams.sent", "{datagram}", "Datagrams sent, retransmissions included.");

    private static readonly Counter<long> Discarded =
        Meter.CreateCounter<long>("raida.client.datagrams.discarded", "{datagram}", "Datagrams received and discarded, by reason.");

    private static readonly Counter<long> Connections =
        Meter.CreateCounter<long>("raida.client.connections", "{connection}", "TCP connections tried.");

    private readonly KeyValuePair<string, object?> _id = new("raida.id", raida);
    private readonly KeyValuePair<string, object?> _host = new("server.address", server.Host);
    private readonly KeyValuePair<string, object?> _port = new("server.port", server.Port);

    public void CountRequest(ReplyOutcome outcome)
    {
        if (Requests.Enabled)
        {
            Requests.Add(1, _id, _host, _port, new("outcome", outcome.ToString()));
        }
    }

    public void CountDatagram() => Datagrams.Add(1, _id, _host, _port);

    public void CountDiscarded(DiscardReason reason)
    {
        if (Discarded.Enabled)
        {
            Discarded.Add(1, _id, _host, _port, new("reason", reason.ToString()));
        }
    }

    public void CountConnection() => Connections.Add(1, _id, _host, _port);
}
