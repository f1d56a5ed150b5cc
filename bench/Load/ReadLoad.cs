using System.Diagnostics;
using Bench.Http;

namespace Bench.Load;

/// <summary>Reads one path repeatedly, over each connection without a pause.</summary>
internal static class ReadLoad
{
    public static async Task<LoadReport> RunAsync(LoadOrder order)
    {
        var request = HttpRequestBytes.Get(order.Path);
        var latencies = Enumerable.Range(0, order.Concurrency).Select(_ => new Latencies()).ToArray();
        var connections = await Task.WhenAll(latencies.Select(_ => HttpConnection.OpenAsync(order.Port)));
        try
        {
            var startedAt = Stopwatch.GetTimestamp();
            var endAt = startedAt + (long)(order.Seconds * Stopwatch.Frequency);
            await Task.WhenAll(connections.Zip(latencies, (connection, own) => Task.Run(() => ReadAsync(connection, own, endAt))));
            return new LoadReport
            {
                Count = latencies.Sum(own => own.Count),
                Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
                P50 = Latencies.GetPercentile(latencies, 50),
                P99 = Latencies.GetPercentile(latencies, 99),
            };
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }

        async Task ReadAsync(HttpConnection connection, Latencies own, long endAt)
        {
            for (var sentAt = Stopwatch.GetTimestamp(); sentAt < endAt; sentAt = Stopwatch.GetTimestamp())
            {
                var answer = await connection.SendAsync(request);
                if (answer.Status != 200 || !TaskBody.HasEnded(answer.Body.Span))
                {
                    throw new IOException($"{order.Path} returned {answer.Status}, or the task is still running.");
                }

                own.AddSince(sentAt);
            }
        }
    }
}
