using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>
/// Offers echo tasks at a rate that the service cannot bear, and counts what it answers. One accepted task in ten is polled to its end:
/// polling all would make the callers the larger load.
/// </summary>
internal sealed class Overload
{
    /// <summary>How many starts may be on their way: callers beyond that are counted as not sent, so that no queue grows here.</summary>
    private const int MaxInFlight = 4000;

    private const int Sample = 10;

    private readonly Latencies _times = new();
    private readonly ConnectionPool _connections;
    private long _accepted;
    private long _refused;
    private long _withoutRetryAfter;
    private long _unsent;
    private int _inFlight;

    private Overload(ConnectionPool connections) => _connections = connections;

    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        using var connections = new ConnectionPool(order.Port);
        var overload = new Overload(connections);
        var offers = PacedLoad.RunAsync(order.Rate, order.Seconds, overload.OfferAsync);
        await Task.Delay(TimeSpan.FromSeconds(order.Seconds));
        var endedAt = Stopwatch.GetTimestamp();
        await overload.RunOneAsync();
        var firstAfter = Stopwatch.GetElapsedTime(endedAt);
        await offers;
        return new LoadReport
        {
            Count = overload._accepted,
            Seconds = order.Seconds,
            P50 = Latencies.GetPercentile([overload._times], 50),
            P99 = Latencies.GetPercentile([overload._times], 99),
            More =
            {
                ["refused"] = overload._refused,
                ["withoutRetryAfter"] = overload._withoutRetryAfter,
                ["unsent"] = overload._unsent,
                ["firstAfterMilliseconds"] = firstAfter.TotalMilliseconds,
            },
        };
    }

    private async Task<bool> OfferAsync()
    {
        if (Interlocked.Increment(ref _inFlight) > MaxInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            Interlocked.Increment(ref _unsent);
            return false;
        }

        var connection = await _connections.TakeAsync();
        var startedAt = Stopwatch.GetTimestamp();
        string? polled = null;
        try
        {
            polled = Count(await connection.SendAsync(TaskStarts.Echo));
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }

        if (polled is not null)
        {
            await new PolledTask(connection, TaskStarts.Echo).PollAsync(polled, isPaced: true);
            lock (_times)
            {
                _times.AddSince(startedAt);
            }
        }

        _connections.Return(connection);
        return true;
    }

    /// <summary>Counts an answer.</summary>
    /// <returns>The id of an accepted task that is to be polled.</returns>
    private string? Count(HttpAnswer answer)
    {
        switch (answer.Status)
        {
            case 202:
                return Interlocked.Increment(ref _accepted) % Sample == 0 ? TaskBody.GetId(answer.Body.Span) : null;
            case 429 or 503:
                Interlocked.Increment(ref _refused);
                if (answer.Head.Span.IndexOf("\r\nRetry-After: "u8) < 0)
                {
                    Interlocked.Increment(ref _withoutRetryAfter);
                }

                return null;
            default:
                throw new IOException($"A start under overload was answered {answer.Status}.");
        }
    }

    /// <summary>One task, as soon as the service takes one again.</summary>
    private async Task RunOneAsync()
    {
        var connection = await _connections.TakeAsync();
        HttpAnswer answer;
        while ((answer = await connection.SendAsync(TaskStarts.Echo)).Status != 202)
        {
            await Task.Delay(1);
        }

        await new PolledTask(connection, TaskStarts.Echo).PollAsync(TaskBody.GetId(answer.Body.Span), isPaced: true);
        _connections.Return(connection);
    }
}
