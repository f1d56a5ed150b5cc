using System.Diagnostics;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Calls to node grains of which a failure costs that server's answer and nothing else.</summary>
internal static class NodeCalls
{
    private const string Failure = "not asked for a fault inside this service";

    /// <summary>Asks a server whether it is up.</summary>
    public static async Task<NodeEchoReply> TryEchoAsync(this IRaidaNodeGrain node, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            return await node.Echo(cancellationToken);
        }
        catch (Exception exception) when (IsFaultOfTheCall(exception))
        {
            return new NodeEchoReply(false, (int)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, Failure);
        }
    }

    /// <summary>Asks a server about some coins.</summary>
    public static async Task<NodeDetectReply> TryDetectAsync(
        this IRaidaNodeGrain node,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken)
    {
        try
        {
            return await node.Detect(records, cancellationToken);
        }
        catch (Exception exception) when (IsFaultOfTheCall(exception))
        {
            var statuses = new byte[records.Length / DetectPayload.RecordLength];
            Array.Fill(statuses, (byte)CoinStatus.Dropped);
            return new NodeDetectReply(statuses, Failure);
        }
    }

    private static bool IsFaultOfTheCall(Exception exception) => exception is OrleansException or TimeoutException;
}
