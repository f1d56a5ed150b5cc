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
    public static async Task<NodeEchoReply> TryEchoAsync(this IRaidaNodeGrain node, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            return await CallUntilAnsweredAsync(() => node.Echo(cancellationToken), cancellationToken);
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
            return await CallUntilAnsweredAsync(() => node.Detect(records, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (IsFaultOfTheCall(exception))
        {
            return CreateFailure(records.Length);
        }
    }

    /// <summary>Asks a server about coins in as many datagrams as they need.</summary>
    public static async Task<NodeDetectReply[]> TryDetectByDatagramsAsync(
        this IRaidaNodeGrain node,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken)
    {
        try
        {
            return await CallUntilAnsweredAsync(() => node.DetectByDatagrams(records, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (IsFaultOfTheCall(exception))
        {
            return [.. Datagrams.Cut(records).Select(part => CreateFailure(part.Length))];
        }
    }

    private static NodeDetectReply CreateFailure(int recordsLength)
    {
        var statuses = new byte[recordsLength / DetectPayload.RecordLength];
        Array.Fill(statuses, (byte)CoinStatus.Dropped);
        return new NodeDetectReply(statuses, Failure, NodeContact.Untried);
    }

    private static async Task<T> CallUntilAnsweredAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (IsFaultOfTheCall(exception) && Stopwatch.GetElapsedTime(startedAt) + Pause < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static bool IsFaultOfTheCall(Exception exception) => exception is OrleansException or TimeoutException;
}
