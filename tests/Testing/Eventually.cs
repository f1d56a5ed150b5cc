using System.Diagnostics;

namespace OrleansTasks.Testing;

/// <summary>Polls for a condition that another thread or process brings about, with a pause between polls.</summary>
public static class Eventually
{
    /// <summary>
    /// Long enough for anything that a test waits for, even on a busy machine. A test that passes never waits that long.
    /// </summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <param name="condition">Polled until it returns true.</param>
    /// <param name="what">Completes the sentence "Timed out waiting for ...".</param>
    /// <param name="timeout"><see cref="DefaultTimeout"/> if omitted.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, timeout);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null) =>
        PollAsync(condition, () => what, timeout ?? DefaultTimeout);

    /// <summary>Returns the first value read that is the expected one.</summary>
    /// <param name="read">Polled until it returns an expected value.</param>
    /// <param name="isExpected">Whether a value ends the wait.</param>
    /// <param name="what">Completes the sentence "Timed out waiting for ...", which also shows the last value.</param>
    /// <param name="timeout"><see cref="DefaultTimeout"/> if omitted.</param>
    /// <exception cref="TimeoutException">No expected value was read in time.</exception>
    public static async Task<T> ReadsAsync<T>(Func<Task<T>> read, Predicate<T> isExpected, string what, TimeSpan? timeout = null)
    {
        T last = default!;
        await PollAsync(async () => isExpected(last = await read()), () => $"{what}; last seen: {last}", timeout ?? DefaultTimeout);
        return last;
    }

    private static async Task PollAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan timeout)
    {
        using var timer = new PeriodicTimer(Pause);
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                throw new TimeoutException($"Timed out after {timeout.TotalSeconds} s waiting for {what()}.");
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
