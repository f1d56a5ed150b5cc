namespace Bench.Load;

/// <summary>Echo tasks at a fixed rate, each polled without a pause.</summary>
internal static class PacedTaskLoad
{
    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        using var connections = new ConnectionPool(order.Port);
        return await PacedLoad.RunAsync(order.Rate, order.Seconds, async () =>
        {
            var connection = await connections.TakeAsync();
            var (body, _) = await new PolledTask(connection, TaskStarts.Echo).RunAsync(isPaced: false);
            var isPerfect = body.Span.IndexOf(TaskStarts.PerfectEcho) >= 0;
            connections.Return(connection);
            return isPerfect;
        });
    }
}
