using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

public sealed class ThreadPoolDelayProbeTests
{
    private static readonly TimeSpan Blocked = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_that_does_not_move_is_seen()
    {
        var isLate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var probe = new ThreadPoolDelayProbe(lateness =>
        {
            if (lateness >= Blocked / 2)
            {
                isLate.TrySetResult();
            }
        });
        using var never = new ManualResetEventSlim();
        var blocking = Enumerable.Range(0, 4 * ThreadPool.ThreadCount)
            .Select(_ => Task.Factory.StartNew(
                () => never.Wait(Blocked, Token),
                Token,
                TaskCreationOptions.PreferFairness,
                TaskScheduler.Default))
            .ToArray();

        await isLate.Task.WaitAsync(Patience, Token);
        await Task.WhenAll(blocking);
    }

    [Fact]
    public async Task It_is_told_again_and_again()
    {
        var times = 0;
        using var probe = new ThreadPoolDelayProbe(_ => Interlocked.Increment(ref times));

        await Eventually.HoldsAsync(() => Volatile.Read(ref times) >= 5, "five probes");
    }
}
