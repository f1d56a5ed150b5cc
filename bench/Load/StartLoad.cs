using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>Starts a number of echo tasks as fast as the service takes them, and reads none of them. It tells one's id.</summary>
internal static class StartLoad
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var left = (long)order.Rate;
        var someId = "";
        await Task.WhenAll(Enumerable.Range(0, order.AtOnce).Select(_ => Task.Run(StartSomeAsync)));
        return new LoadReport { Count = (long)order.Rate, Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds, TaskId = someId };

        async Task StartSomeAsync()
        {
            using var connection = await HttpConnection.OpenAsync(order.Port);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                HttpAnswer answer;
                while ((answer = await connection.SendAsync(TaskStarts.Echo)).Status is 429 or 503)
                {
                    await Task.Delay(Pause);
                }

                someId = answer.Status == 202
                    ? TaskBody.GetId(answer.Body.Span)
                    : throw new IOException($"A start was answered {answer.Status}.");
            }
        }
    }
}
