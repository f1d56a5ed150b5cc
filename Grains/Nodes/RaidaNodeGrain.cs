using System.Runtime.InteropServices;
using Orleans.Concurrency;
using Raida;
using Raida.Servers;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// One RAIDA on this silo: one activation per silo, so calls stay in the process, and never collected. The silo's <see cref="RaidaClient"/> does the
/// work.
/// </summary>
[StatelessWorker(1, false), Reentrant, KeepAlive]
internal sealed class RaidaNodeGrain : Grain, IRaidaNodeGrain
{
    private readonly RaidaClient _client;
    private readonly EchoCoalescer _echo;

    public RaidaNodeGrain(RaidaClient client)
    {
        _client = client;
        _echo = new EchoCoalescer(SendEchoAsync);
    }

    private int Raida => (int)this.GetPrimaryKeyLong();

    public Task<NodeEchoReply> Echo(CancellationToken cancellationToken) => _echo.AskAsync(cancellationToken);

    public async Task<NodeDetectReply> Detect(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var reply = await _client.DetectAsync(Raida, records, cancellationToken);
        return new NodeDetectReply(
            MemoryMarshal.AsBytes(reply.Statuses.AsSpan()).ToArray(),
            [.. reply.Failures.Select(failure => new NodeFailure((byte)failure.Status, failure.Reason, failure.Coins))]);
    }

    public Task<NodeReport> GetReport()
    {
        var report = _client.GetReport(Raida);
        return Task.FromResult(new NodeReport(
            Raida,
            _client.Options.Servers[Raida].ToString(),
            ToNodeState(report.State),
            new NodeCounts(report.Answered, report.NoReply, report.Refused, report.Dropped, report.NotSent),
            report.LastReply?.ToUnixTimeSeconds(),
            report.ConsecutiveFailures,
            [.. report.Latencies.Select(latency => (int)latency.TotalMicroseconds)],
            _client.Options.KeyCoin is not null));
    }

    private static NodeState ToNodeState(ServerState state) => state switch
    {
        ServerState.Up => NodeState.Up,
        ServerState.Down => NodeState.Down,
        _ => NodeState.Unknown,
    };

    private async Task<NodeEchoReply> SendEchoAsync(CancellationToken cancellationToken)
    {
        var reply = await _client.EchoAsync(Raida, cancellationToken);
        return new NodeEchoReply(reply.IsSuccess, (int)Math.Round(reply.Latency.TotalMilliseconds), reply.Failure);
    }
}
