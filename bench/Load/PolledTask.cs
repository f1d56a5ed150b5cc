using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>
/// Starts tasks one after another over one connection, and polls each until it has ended. It learns how long to wait before it polls:
/// somewhat longer when a first poll was too early, somewhat shorter when it was not, so that about two polls do for a task however long
/// it takes. While a task runs on it waits a fiftieth of the time that it has taken, so that long tasks are not polled without need.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="start">The request that starts a task.</param>
internal sealed class PolledTask(HttpConnection connection, ReadOnlyMemory<byte> start)
{
    private const double Longer = 1.2;
    private const double Shorter = 0.9;
    private const double LongestMilliseconds = 1000;
    private const double PausesPerTask = 50;

    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(20);

    private double _waitMilliseconds = 1;

    /// <summary>Calls that were answered 429 or 503, and made again.</summary>
    public long Refusals { get; private set; }

    /// <summary>Starts one, and waits for its end.</summary>
    /// <param name="isPaced">Whether to wait before polling; without it reads follow one another.</param>
    /// <returns>The body of the ended task, good until the next call, and its id.</returns>
    public async Task<(ReadOnlyMemory<byte> Body, string Id)> RunAsync(bool isPaced)
    {
        var answer = await SendUntilTakenAsync(start, expectedStatus: 202);
        return await PollAsync(TaskBody.GetId(answer.Body.Span), isPaced);
    }

    /// <summary>Waits for the end of a task that was started.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="isPaced">Whether to wait before polling.</param>
    /// <returns>The body of the ended task, good until the next call, and its id.</returns>
    public async Task<(ReadOnlyMemory<byte> Body, string Id)> PollAsync(string id, bool isPaced)
    {
        var read = HttpRequestBytes.Get($"/api/v1/task/{id}");
        var startedAt = Stopwatch.GetTimestamp();
        for (var polls = 1; ; polls++)
        {
            if (isPaced)
            {
                var wait = polls == 1 ? _waitMilliseconds : Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds / PausesPerTask;
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, wait)));
            }

            var answer = await SendUntilTakenAsync(read, expectedStatus: 200);
            if (TaskBody.HasEnded(answer.Body.Span))
            {
                _waitMilliseconds = Math.Clamp(_waitMilliseconds * (polls == 1 ? Shorter : Longer), 1, LongestMilliseconds);
                return (answer.Body, id);
            }
        }
    }

    private async Task<HttpAnswer> SendUntilTakenAsync(ReadOnlyMemory<byte> request, int expectedStatus)
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
                throw new IOException($"A call was answered {answer.Status}, {expectedStatus} expected.");
            }

            Refusals++;
            await Task.Delay(PauseAfterRefusal);
        }
    }
}
