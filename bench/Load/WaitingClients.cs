using System.Diagnostics;
using System.Text;
using Bench.Http;

namespace Bench.Load;

/// <summary>Clients that wait for tasks, each over a connection of its own.</summary>
internal sealed class WaitingClients : IDisposable
{
    /// <summary>The most connections that are opened, or tasks that are started, at a time; see the backlog of a listening socket.</summary>
    private const int Concurrency = 64;

    private const string LivePath = "/health/live";

    private static readonly byte[] FirstEvent = "\n\n"u8.ToArray();
    private static readonly byte[] EventOfEnd = "\"status\":\"error\",\"progress\""u8.ToArray();
    private static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();

    private readonly HttpConnection[] _connections;
    private readonly int _port;

    private WaitingClients(int port, HttpConnection[] connections)
    {
        _port = port;
        _connections = connections;
    }

    /// <summary>Cancels that were rejected with 503, and retried.</summary>
    public int Rejections { get; private set; }

    /// <summary>Connects, and reads once over each connection, so that the server has allocated all that an idle connection takes.</summary>
    public static async Task<WaitingClients> ConnectAsync(int port, int count)
    {
        var connections = new HttpConnection[count];
        var read = HttpRequestBytes.Get(LivePath);
        await ForEachAsync(count, async i =>
        {
            connections[i] = await HttpConnection.OpenAsync(port);
            await connections[i].SendAsync(read);
        });
        return new WaitingClients(port, connections);
    }

    /// <summary>Starts tasks, and returns their ids.</summary>
    /// <param name="start">The request that starts a task.</param>
    public static async Task<string[]> StartTasksAsync(int port, int count, ReadOnlyMemory<byte> start)
    {
        var ids = new string[count];
        using var pool = new ConnectionPool(port);
        await ForEachAsync(count, async i =>
        {
            var connection = await pool.TakeAsync();
            var answer = await connection.SendAsync(start);
            ids[i] = answer.Status == 202 ? TaskBody.GetId(answer.Body.Span) : throw new IOException($"A start returned {answer.Status}.");
            pool.Return(connection);
        });
        return ids;
    }

    /// <summary>Lets each client wait for the end of its task by long polling.</summary>
    /// <param name="ids">The task of each client; fewer are used in turn.</param>
    /// <returns>For each client, the time of the response with the end.</returns>
    public Task<long>[] WaitForEnds(string[] ids) => [.. _connections.Select((connection, i) => WaitForEndAsync(connection, ids[i % ids.Length]))];

    /// <summary>Lets each client follow its task by server-sent events, and returns once all have received the first event.</summary>
    /// <param name="id">The task of all clients.</param>
    /// <returns>For each client, the time of the event with the end.</returns>
    public async Task<Task<long>[]> WatchAsync(string id)
    {
        var request = HttpRequestBytes.Get($"/api/v1/task/{id}/events");
        await Task.WhenAll(_connections.Select(async connection =>
        {
            await connection.SendOnlyAsync(request);
            await connection.ReceiveUntilAsync(FirstEvent);
        }));
        return [.. _connections.Select(WatchForEndAsync)];
    }

    /// <summary>Cancels tasks one after another at a fixed rate.</summary>
    /// <param name="responses">Receives how long the responses took.</param>
    /// <returns>The time at which the cancel of each was sent.</returns>
    public async Task<long[]> CancelAsync(string[] ids, double perSecond, Latencies responses)
    {
        var sentAt = new long[ids.Length];
        using var connection = await HttpConnection.OpenAsync(_port);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        for (var i = 0; i < ids.Length; i++)
        {
            await timer.WaitForNextTickAsync();
            var request = HttpRequestBytes.Post($"/api/v1/task/{ids[i]}/cancel", "application/json", []);
            HttpAnswer answer;
            do
            {
                sentAt[i] = Stopwatch.GetTimestamp();
                answer = await connection.SendAsync(request);
                Rejections += answer.Status == 503 ? 1 : 0;
            }
            while (answer.Status == 503);

            responses.AddSince(sentAt[i]);
            if (answer.Status != 200)
            {
                throw new IOException($"A cancel returned {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}");
            }
        }

        return sentAt;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private static async Task<long> WaitForEndAsync(HttpConnection connection, string id)
    {
        var request = Encoding.ASCII.GetBytes($"GET /api/v1/task/{id} HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n\r\n");
        while (true)
        {
            var answer = await connection.SendAsync(request);
            var receivedAt = Stopwatch.GetTimestamp();
            if (answer.Status != 200)
            {
                throw new IOException($"A wait returned {answer.Status}.");
            }

            if (TaskBody.HasEnded(answer.Body.Span))
            {
                return receivedAt;
            }
        }
    }

    private static async Task<long> WatchForEndAsync(HttpConnection connection)
    {
        await connection.ReceiveUntilAsync(EventOfEnd);
        var receivedAt = Stopwatch.GetTimestamp();
        await connection.ReceiveUntilAsync(LastChunk);
        return receivedAt;
    }

    private static Task ForEachAsync(int count, Func<int, Task> action) => Parallel.ForAsync(
        0,
        count,
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency },
        async (i, _) => await action(i));
}
