using System.Diagnostics;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

[Collection<RunsAlone>]
public sealed class ThreadPoolDelayProbeTests
{
    private static readonly TimeSpan Blocked = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocked_thread_pool_is_measured()
    {
        var isDelayed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var probe = new ThreadPoolDelayProbe(delay =>
        {
            if (delay >= Blocked / 2)
            {
                isDelayed.TrySetResult();
            }
        });
        using var never = new ManualResetEventSlim();

        // Once is not enough where the pool may run more threads than it has at this moment.
        var patience = Stopwatch.StartNew();
        for (var blocked = 4 * Environment.ProcessorCount; !isDelayed.Task.IsCompleted && patience.Elapsed < Eventually.DefaultTimeout; blocked *= 2)
        {
            await Task.WhenAll(Enumerable.Range(0, blocked).Select(_ => Task.Factory.StartNew(
                () => never.Wait(Blocked, Token),
                Token,
                TaskCreationOptions.PreferFairness,
                TaskScheduler.Default)));
        }

        Assert.True(isDelayed.Task.IsCompleted, "no measurement saw the blocked thread pool");
    }

    [Fact]
    public async Task Probe_reports_periodically()
    {
        var times = 0;
        using var probe = new ThreadPoolDelayProbe(_ => Interlocked.Increment(ref times));

        await Eventually.HoldsAsync(() => Volatile.Read(ref times) >= 5, "five probes");
    }
}
