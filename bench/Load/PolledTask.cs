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

    private double _waitMilliseconds = 1;

    /// <summary>Starts one, and waits for its end.</summary>
    /// <param name="isPaced">Whether to wait before polling; without it reads follow one another.</param>
    /// <returns>The body of the ended task, good until the next call, and its id.</returns>
    public async Task<(ReadOnlyMemory<byte> Body, string Id)> RunAsync(bool isPaced)
    {
        var answer = await connection.SendAsync(start);
        if (answer.Status != 202)
        {
            throw new IOException($"A start was answered {answer.Status}.");
        }

        return await PollAsync(TaskBody.GetId(answer.Body.Span), isPaced);
    }

    /// <summary>Waits for the end of a task that was started.</summary>
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

            var answer = await connection.SendAsync(read);
            if (answer.Status != 200)
            {
                throw new IOException($"A read was answered {answer.Status}.");
            }

            if (TaskBody.HasEnded(answer.Body.Span))
            {
                _waitMilliseconds = Math.Min(_waitMilliseconds * (polls == 1 ? Shorter : Longer), LongestMilliseconds);
                return (answer.Body, id);
            }
        }
    }
}
