using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Raida.Client;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// One RAIDA as this silo sees it: one activation a silo, so that calls stay in the process, and kept for good. The sockets belong to
/// the silo's <see cref="RaidaClient"/>.
/// </summary>
[StatelessWorker(1, false), Reentrant, KeepAlive]
internal sealed partial class RaidaNodeGrain : Grain, IRaidaNodeGrain
{
    private readonly RaidaClient _client;
    private readonly ObservedNode _node;
    private readonly ReturnProbe _probe;
    private readonly SharedEcho _echo;
    private readonly SharedDetect _detect;
    private readonly ILogger _logger;

    public RaidaNodeGrain(RaidaClient client, IOptions<NodeOptions> options, TimeProvider timeProvider, ILogger<RaidaNodeGrain> logger)
    {
        _client = client;
        _logger = logger;
        _node = new ObservedNode(options.Value, timeProvider);
        _probe = new ReturnProbe(Raida, ProbeAsync, timeProvider, logger);
        _echo = new SharedEcho(EchoAsync);
        _detect = new SharedDetect(Detect, client.MaxCoinsPerDatagram);
    }

    private int Raida => (int)this.GetPrimaryKeyLong();

    private string Address => _client.Options.Servers[Raida].ToString();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _probe.EndAsync().WaitAsync(cancellationToken);

    public Task<NodeEchoReply> Echo(CancellationToken cancellationToken) => _node.Health.IsDown
        ? Task.FromResult(new NodeEchoReply(false, 0, _node.CountSkipped()))
        : _echo.AskAsync(cancellationToken);

    public Task<NodeDetectReply> Detect(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        if (_node.Health.IsDown)
        {
            return Task.FromResult(Skip(records));
        }

        var timing = _node.DetectTiming;
        return TakeAsync(_client.DetectAsync(Raida, records, timing, cancellationToken), records, timing);
    }

    public Task<NodeDetectReply[]> DetectByDatagrams(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var parts = Datagrams.Cut(records, _client.MaxCoinsPerDatagram).ToArray();
        if (_node.Health.IsDown)
        {
            return Task.FromResult(Array.ConvertAll(parts, Skip));
        }

        var isLastShared = parts[^1].Length <= _detect.MaxLength;
        var alone = isLastShared ? parts[..^1] : parts;
        var timing = _node.DetectTiming;
        var replies = _client.DetectTogether(Raida, alone, timing, cancellationToken)
            .Zip(alone, (asking, part) => TakeAsync(asking, part, timing))
            .ToList();
        if (isLastShared)
        {
            replies.Add(_detect.AskAsync(parts[^1], cancellationToken));
        }

        return Task.WhenAll(replies);
    }

    public Task<NodeReport> GetReport() => Task.FromResult(_node.ToReport(Raida, Address));

    private static NodeContact GetContact(RaidaReply reply) => reply.Outcome switch
    {
        ReplyOutcome.Answered when reply.Status == ResponseStatus.UnknownCoin => NodeContact.AnsweredUnknownCoin,
        ReplyOutcome.Answered when reply.Status == ResponseStatus.InternalError || !Enum.IsDefined(reply.Status) =>
            NodeContact.AnsweredInternalError,
        ReplyOutcome.Answered or ReplyOutcome.Contradictory => NodeContact.Answered,
        ReplyOutcome.NotSent => NodeContact.Untried,
        _ => NodeContact.Silent,
    };

    private async Task<NodeDetectReply> TakeAsync(Task<RaidaReply> asking, ReadOnlyMemory<byte> records, RequestTiming timing)
    {
        var reply = await asking;
        var statuses = new byte[records.Length / DetectPayload.RecordLength];
        Follow(_node.CountDetect(reply, timing, statuses.Length));
        reply.WriteCoinStatuses(statuses);
        return new NodeDetectReply(statuses, Describe(reply), GetContact(reply));
    }

    private NodeDetectReply Skip(ReadOnlyMemory<byte> records)
    {
        var statuses = new byte[records.Length / DetectPayload.RecordLength];
        Array.Fill(statuses, (byte)CoinStatus.Untried);
        return new NodeDetectReply(statuses, _node.CountSkipped(), NodeContact.Untried);
    }

    private async Task<NodeEchoReply> EchoAsync(CancellationToken cancellationToken)
    {
        var timing = _node.EchoTiming;
        var reply = await _client.EchoAsync(Raida, timing, cancellationToken);
        Follow(_node.CountEcho(reply, timing));
        return new NodeEchoReply(
            reply.IsSuccess,
            (int)Math.Round(reply.Latency.TotalMilliseconds),
            Describe(reply));
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var reply = await _client.EchoAsync(Raida, RequestTiming.Of(ReturnProbe.Deadline), cancellationToken);
        Follow(_node.CountProbe(reply.Outcome));
    }

    private string? Describe(RaidaReply reply) => reply.Outcome == ReplyOutcome.NotSent && _node.Health.IsDown
        ? _node.WhySkipped
        : NodeFailure.Describe(reply);

    /// <summary>Begins or ends looking for the server's return.</summary>
    private void Follow(bool hasChanged)
    {
        if (!hasChanged)
        {
            return;
        }

        if (_node.Health.IsDown)
        {
            // Behind those that failed, each would have had the whole deadline once more.
            _client.GiveUpWaiting(Raida);
            LogDown(Raida, Address, _node.Health.FailuresInARow, ReturnProbe.Pause.TotalSeconds);
            _probe.Start();
        }
        else
        {
            LogBack(Raida, Address);
            _probe.Stop();
        }
    }
}
