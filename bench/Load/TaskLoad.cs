using Bench.Http;

namespace Bench.Load;

/// <summary>Tasks over HTTP, started and polled until they have ended, several at a time.</summary>
internal static class TaskLoad
{
    public static Task<LoadReport> RunEchoesAsync(LoadOrder order) =>
        RunAsync(order, TaskStarts.Echo, body => body.Span.IndexOf(TaskStarts.PerfectEcho) >= 0);

    public static async Task<LoadReport> RunDetectsAsync(LoadOrder order)
    {
        var start = await TaskStarts.DetectAsync(order.Coins);
        return await RunAsync(order, start, body => body.Span.IndexOf(TaskStarts.PerfectDetect) >= 0);
    }

    public static async Task<LoadReport> StartOneAsync(LoadOrder order)
    {
        using var connection = await HttpConnection.OpenAsync(order.Port);
        var (_, id) = await new PolledTask(connection, TaskStarts.Echo).RunAsync(isPaced: true);
        return new LoadReport { Count = 1, TaskId = id };
    }

    private static async Task<LoadReport> RunAsync(LoadOrder order, byte[] start, Func<ReadOnlyMemory<byte>, bool> isPerfect)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, order.Concurrency).Select(_ => HttpConnection.OpenAsync(order.Port)));
        try
        {
            var tasks = connections.Select(connection => new PolledTask(connection, start)).ToArray();
            var report = await ClosedLoad.RunAsync(
                order.Concurrency,
                order.Seconds,
                async worker => isPerfect((await tasks[worker].RunAsync(isPaced: true)).Body));
            return report with { Rejections = tasks.Sum(task => task.Rejections) };
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }
}
