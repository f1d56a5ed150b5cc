using System.Diagnostics;

namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Waits for a condition, not for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    public static async Task IsTrueAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(Period);
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"Waited {Deadline.TotalSeconds} s for this: {what}.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
