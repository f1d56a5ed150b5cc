using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>Starts a number of echo tasks as fast as the service accepts them, and reads none. Reports the id of one of them.</summary>
internal static class StartLoad
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var left = order.Count;
        var someId = "";
        await Task.WhenAll(Enumerable.Range(0, order.Concurrency).Select(_ => Task.Run(StartSomeAsync)));
        return new LoadReport { Count = order.Count, Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds, TaskId = someId };

        async Task StartSomeAsync()
        {
            using var connection = await HttpConnection.OpenAsync(order.Port);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                HttpAnswer answer;
                while ((answer = await connection.SendAsync(TaskStarts.Echo)).Status is 429 or 503)
                {
                    await Task.Delay(RetryDelay);
                }

                someId = answer.Status == 202
                    ? TaskBody.GetId(answer.Body.Span)
                    : throw new IOException($"A start returned {answer.Status}.");
            }
        }
    }
}
