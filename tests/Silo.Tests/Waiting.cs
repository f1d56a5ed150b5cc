using System.Diagnostics;

namespace OrleansTasks.Silo.Tests;

/// <summary>Waiting for what comes of itself.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks until a condition holds.</summary>
    /// <param name="holds">Looks, and says what it saw.</param>
    /// <param name="patience">How long it may take.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> UntilAsync(Func<Task<(bool Holds, string Seen)>> holds, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pause);
        while (true)
        {
            var (isTrue, seen) = await holds();
            if (isTrue)
            {
                return watch.Elapsed;
            }

            Assert.True(watch.Elapsed < patience, $"After {watch.Elapsed.TotalSeconds:0} s still {seen}.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
