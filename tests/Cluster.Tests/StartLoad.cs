using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace OrleansTasks.Cluster.Tests;

/// <summary>One start of a task.</summary>
/// <param name="At">When it was sent, since the load began.</param>
internal sealed record TimedStart(TimeSpan At, TimeSpan Duration, HttpStatusCode Status);

/// <summary>Clients that start echoes through the gateways until they are stopped.</summary>
internal sealed class StartLoad
{
    private const int Clients = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<TimedStart> _starts = [];
    private readonly long _begunAt = Stopwatch.GetTimestamp();
    private readonly Task _running;
    private volatile bool _isStopping;

    public StartLoad(IReadOnlyList<TaskClient> gateways) =>
        _running = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RunAsync(gateways[client % gateways.Count])));

    public TimeSpan Now => Stopwatch.GetElapsedTime(_begunAt);

    /// <summary>Waits until the load has run for some time more.</summary>
    public Task PassAsync(TimeSpan time) => Task.WhenAny(_running, Task.Delay(time, TestContext.Current.CancellationToken));

    public async Task<TimedStart[]> StopAsync()
    {
        _isStopping = true;
        await _running;
        return [.. _starts];
    }

    private async Task RunAsync(TaskClient gateway)
    {
        while (!_isStopping)
        {
            var at = Now;
            using var response = await gateway.Http.PostAsync("/api/v1/echo", content: null, TestContext.Current.CancellationToken);
            _starts.Enqueue(new TimedStart(at, Now - at, response.StatusCode));
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
