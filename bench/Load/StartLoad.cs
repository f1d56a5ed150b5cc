using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>Starts a number of echo tasks as fast as the service takes them, and reads none of them.</summary>
internal static class StartLoad
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var left = (long)order.Rate;
        await Task.WhenAll(Enumerable.Range(0, order.AtOnce).Select(_ => Task.Run(StartSomeAsync)));
        return new LoadReport { Count = (long)order.Rate, Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds };

        async Task StartSomeAsync()
        {
            using var connection = await HttpConnection.OpenAsync(order.Port);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                int status;
                while ((status = (await connection.SendAsync(TaskStarts.Echo)).Status) == 429)
                {
                    await Task.Delay(Pause);
                }

                if (status != 202)
                {
                    throw new IOException($"A start was answered {status}.");
                }
            }
        }
    }
}
