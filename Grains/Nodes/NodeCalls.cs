using System.Diagnostics;
using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Calls to node grains, retried while Orleans rejects them, as when this silo shuts down or was just declared dead. A call that keeps failing
/// costs that server's reply and nothing else.
/// </summary>
internal static class NodeCalls
{
    private const string Failure = "gave no verdict because of an internal error";

    /// <summary>From the first failure on. A silo's death is detected after 2 to 3 s.</summary>
    private static readonly TimeSpan RetryBudget = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    public static Task<NodeEchoReply> TryEchoAsync(this IRaidaNodeGrain node, CancellationToken cancellationToken) => TryAsync(
        () => node.Echo(cancellationToken),
        elapsed => new NodeEchoReply(false, (int)elapsed.TotalMilliseconds, Failure),
        cancellationToken);

    public static Task<NodeDetectReply> TryDetectAsync(
        this IRaidaNodeGrain node,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken) => TryAsync(
            () => node.Detect(records, cancellationToken),
            _ => CreateFailure(records.Length / DetectPayload.RecordLength, (byte)CoinStatus.Dropped),
            cancellationToken);

    private static NodeDetectReply CreateFailure(int coins, byte status) =>
        new([.. Enumerable.Repeat(status, coins)], [new NodeFailure(status, Failure, coins)]);

    private static async Task<T> TryAsync<T>(Func<Task<T>> call, Func<TimeSpan, T> fail, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        long? failedAt = null;
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (
                exception is OrleansException or TimeoutException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failedAt ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(failedAt.Value) + RetryDelay >= RetryBudget)
                {
                    return fail(Stopwatch.GetElapsedTime(startedAt));
                }
            }

            await Task.Delay(RetryDelay, cancellationToken);
        }
    }
}
