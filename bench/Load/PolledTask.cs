using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>
/// Starts tasks one after another over one connection, and polls each until it has ended. The delay before the first poll adapts: longer
/// after a poll that was too early, otherwise shorter, so that a task takes about two polls. Each further delay is a fiftieth of the time
/// that has passed, so that long tasks are not polled too often.
/// </summary>
/// <param name="start">The request that starts a task.</param>
internal sealed class PolledTask(HttpConnection connection, ReadOnlyMemory<byte> start)
{
    private const double Longer = 1.2;
    private const double Shorter = 0.9;
    private const double LongestMilliseconds = 1000;
    private const double PollsPerTask = 50;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    private double _waitMilliseconds = 1;

    /// <summary>Calls that were rejected with 429 or 503, and retried.</summary>
    public long Rejections { get; private set; }

    /// <summary>Starts a task, and waits for its end.</summary>
    /// <param name="isPaced">Whether to wait before each poll.</param>
    /// <returns>The body of the ended task, valid until the next call, and its id.</returns>
    public async Task<(ReadOnlyMemory<byte> Body, string Id)> RunAsync(bool isPaced)
    {
        var answer = await SendUntilAcceptedAsync(start, expectedStatus: 202);
        return await PollAsync(TaskBody.GetId(answer.Body.Span), isPaced);
    }

    /// <summary>Waits for the end of a task.</summary>
    /// <param name="isPaced">Whether to wait before each poll.</param>
    /// <returns>The body of the ended task, valid until the next call, and its id.</returns>
    public async Task<(ReadOnlyMemory<byte> Body, string Id)> PollAsync(string id, bool isPaced)
    {
        var read = HttpRequestBytes.Get($"/api/v1/task/{id}");
        var startedAt = Stopwatch.GetTimestamp();
        for (var polls = 1; ; polls++)
        {
            if (isPaced)
            {
                var wait = polls == 1 ? _waitMilliseconds : Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds / PollsPerTask;
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, wait)));
            }

            var answer = await SendUntilAcceptedAsync(read, expectedStatus: 200);
            if (TaskBody.HasEnded(answer.Body.Span))
            {
                _waitMilliseconds = Math.Clamp(_waitMilliseconds * (polls == 1 ? Shorter : Longer), 1, LongestMilliseconds);
                return (answer.Body, id);
            }
        }
    }

    private async Task<HttpAnswer> SendUntilAcceptedAsync(ReadOnlyMemory<byte> request, int expectedStatus)
    {
        while (true)
        {
            var answer = await connection.SendAsync(request);
            if (answer.Status == expectedStatus)
            {
                return answer;
            }

            if (answer.Status is not (429 or 503))
            {
                throw new IOException($"A call returned {answer.Status} instead of {expectedStatus}.");
            }

            Rejections++;
            await Task.Delay(RetryDelay);
        }
    }
}
