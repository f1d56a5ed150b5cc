using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// One RAIDA as this silo sees it: one activation a silo, so that calls stay in the process, and kept for good. The sockets belong to
/// the silo's <see cref="RaidaClient"/>.
/// </summary>
[StatelessWorker(1, false), Reentrant, KeepAlive]
internal sealed class RaidaNodeGrain(RaidaClient client, IOptions<NodeOptions> options) : Grain, IRaidaNodeGrain
{
    private int Raida => (int)this.GetPrimaryKeyLong();

    public async Task<NodeEchoReply> Echo(CancellationToken cancellationToken)
    {
        var deadline = options.Value.EchoDeadline;
        var reply = await client.EchoAsync(Raida, deadline, cancellationToken);
        return new NodeEchoReply(
            reply.IsSuccess,
            (int)Math.Round(reply.Latency.TotalMilliseconds),
            NodeFailure.Describe(reply, deadline));
    }

    public async Task<NodeDetectReply> Detect(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var deadline = options.Value.DetectDeadline;
        var reply = await client.DetectAsync(Raida, records, deadline, cancellationToken);
        var statuses = new byte[records.Length / DetectPayload.RecordLength];
        for (var coin = 0; coin < statuses.Length; coin++)
        {
            statuses[coin] = (byte)reply.GetCoinStatus(coin);
        }

        return new NodeDetectReply(statuses, NodeFailure.Describe(reply, deadline));
    }
}
