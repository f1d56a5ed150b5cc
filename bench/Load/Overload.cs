using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>
/// Offers echo tasks at a rate beyond the service's capacity, and counts the responses. Only one accepted task in ten is polled: polling
/// all of them would cost more than starting them.
/// </summary>
internal sealed class Overload
{
    /// <summary>The most starts in flight. Further ones are counted as not sent, so that no queue grows in the load generator.</summary>
    private const int MaxInFlight = 4000;

    private const int Sample = 10;

    private readonly Latencies _times = new();
    private readonly ConnectionPool _connections;
    private long _accepted;
    private long _rejected;
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
                ["rejected"] = overload._rejected,
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

    /// <returns>The task's id if it is one of those to be polled; otherwise null.</returns>
    private string? Count(HttpAnswer answer)
    {
        switch (answer.Status)
        {
            case 202:
                return Interlocked.Increment(ref _accepted) % Sample == 0 ? TaskBody.GetId(answer.Body.Span) : null;
            case 429 or 503:
                Interlocked.Increment(ref _rejected);
                if (answer.Head.Span.IndexOf("\r\nRetry-After: "u8) < 0)
                {
                    Interlocked.Increment(ref _withoutRetryAfter);
                }

                return null;
            default:
                throw new IOException($"A start under overload returned {answer.Status}.");
        }
    }

    /// <summary>Starts one task as soon as the service accepts it, and waits for its end.</summary>
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
