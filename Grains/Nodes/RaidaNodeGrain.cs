using System.Diagnostics;
using System.Runtime.InteropServices;
using Orleans.Concurrency;
using OrleansTasks.Grains.Tasks;
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

    public async Task<NodeEchoReply> Echo(CancellationToken cancellationToken)
    {
        // One for each task, although tasks may share the request.
        using var span = StartSpan("echo");
        var reply = await _echo.AskAsync(cancellationToken);
        SetFailure(span, reply.Failure);
        return reply;
    }

    public async Task<NodeDetectReply> Detect(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        using var span = StartSpan("detect");
        var reply = await _client.DetectAsync(Raida, records, cancellationToken);
        SetFailure(span, reply.Failures is [var first, ..] ? first.Reason : null);
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
            [.. report.Latencies.Select(latency => (int)latency.TotalMicroseconds)],
            _client.Options.KeyCoin is not null));
    }

    /// <summary>The span of one call to the server, which may be several datagrams; null while nobody records spans.</summary>
    /// <param name="command">What the server is asked, for example <c>echo</c>.</param>
    private Activity? StartSpan(string command)
    {
        if (!TaskTelemetry.Source.HasListeners())
        {
            return null;
        }

        var server = _client.Options.Servers[Raida];
        return TaskTelemetry.Source.StartActivity($"{command} RAIDA {Raida}", ActivityKind.Client)
            ?.SetTag("raida.id", Raida).SetTag("server.address", server.Host).SetTag("server.port", server.Port);
    }

    /// <param name="failure">Why there was no success, without coins' secrets; null if there was.</param>
    private static void SetFailure(Activity? span, string? failure) =>
        span?.SetStatus(failure is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, failure);

    private static NodeState ToNodeState(ServerState state) => state switch
    {
        ServerState.Up => NodeState.Up,
        ServerState.Down => NodeState.Down,
        _ => NodeState.Unknown,
    };

    private async Task<NodeEchoReply> SendEchoAsync()
    {
        var reply = await _client.EchoAsync(Raida, CancellationToken.None);
        return new NodeEchoReply(reply.IsSuccess, (int)Math.Round(reply.Latency.TotalMilliseconds), reply.Failure);
    }
}
