using System.Diagnostics;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Calls to node grains. One that fails is made again: it may have gone to a silo that died a moment ago. What fails for longer costs that
/// server's answer and nothing else.
/// </summary>
internal static class NodeCalls
{
    private const string Failure = "not asked for a fault inside this service";

    /// <summary>What a silo that dies may cost: others know of it after 2 to 3 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks a server whether it is up.</summary>
    public static Task<NodeEchoReply> TryEchoAsync(this IRaidaNodeGrain node, CancellationToken cancellationToken) => TryAsync(
        () => node.Echo(cancellationToken),
        elapsed => new NodeEchoReply(false, (int)elapsed.TotalMilliseconds, Failure),
        cancellationToken);

    /// <summary>Asks a server about some coins.</summary>
    public static Task<NodeDetectReply> TryDetectAsync(
        this IRaidaNodeGrain node,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken) => TryAsync(
            () => node.Detect(records, cancellationToken),
            _ => CreateFailure(records),
            cancellationToken);

    /// <summary>Asks a server about coins in as many datagrams as they need.</summary>
    public static Task<NodeDetectReply[]> TryDetectByDatagramsAsync(
        this IRaidaNodeGrain node,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken) => TryAsync(
            () => node.DetectByDatagrams(records, cancellationToken),
            _ => [CreateFailure(records)],
            cancellationToken);

    private static NodeDetectReply CreateFailure(ReadOnlyMemory<byte> records)
    {
        var statuses = new byte[records.Length / DetectPayload.RecordLength];
        Array.Fill(statuses, (byte)CoinStatus.Dropped);
        return new NodeDetectReply(statuses, Failure, NodeContact.Untried);
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> call, Func<TimeSpan, T> giveUp, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (IsFaultOfTheCall(exception))
            {
                var elapsed = Stopwatch.GetElapsedTime(startedAt);
                if (elapsed + Pause >= Patience)
                {
                    return giveUp(elapsed);
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static bool IsFaultOfTheCall(Exception exception) => exception is OrleansException or TimeoutException;
}
