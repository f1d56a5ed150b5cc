using System.Diagnostics.Metrics;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>How many requests wait at this gateway, of the meter <c>OrleansTasks</c>.</summary>
internal static class WaitMetrics
{
    private static readonly Meter Meter = new("OrleansTasks");

    public static UpDownCounter<int> Waiters { get; } =
        Meter.CreateUpDownCounter<int>("orleans_tasks.waiters", "{request}", "Requests that wait for the end of a task.");

    public static UpDownCounter<int> Watchers { get; } =
        Meter.CreateUpDownCounter<int>("orleans_tasks.watchers", "{request}", "Requests that follow a task by server-sent events.");
}
