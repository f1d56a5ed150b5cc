using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Silo.Tests;

/// <summary>Many echo tasks through the HTTP interface.</summary>
internal static class TaskLoad
{
    private const int AtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts tasks, 64 at a time, and reads each of them until it has completed.</summary>
    /// <returns>Their ids.</returns>
    public static async Task<string[]> RunEchoesAsync(TaskClient client, int count)
    {
        var ids = new string[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RunSomeAsync()));
        return ids;

        async Task RunSomeAsync()
        {
            // A task is read when the one behind it has been started: by then it has mostly ended, and one read is enough.
            string? previous = null;
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                ids[i] = await StartAsync(client.Http);
                await ReadAsync(previous);
                previous = ids[i];
            }

            await ReadAsync(previous);
        }

        async Task ReadAsync(string? id)
        {
            if (id is not null)
            {
                Assert.Equal("completed", (await client.ReadToEndAsync(id)).GetProperty("status").GetString());
            }
        }
    }

    /// <summary>Waits until a hundred of some tasks, from the first to the last, are answered 404.</summary>
    public static async Task WaitUntilGoneAsync(TaskClient client, string[] ids, TimeSpan patience)
    {
        const int Sample = 100;
        var left = new Queue<string>(Enumerable.Range(0, Sample).Select(i => ids[(int)((long)i * (ids.Length - 1) / (Sample - 1))]));
        await Waiting.UntilAsync(
            async () =>
            {
                while (left.TryPeek(out var id))
                {
                    using var response = await client.Http.GetAsync($"/api/v1/task/{id}", Token);
                    if (response.StatusCode != HttpStatusCode.NotFound)
                    {
                        return (false, $"{(int)response.StatusCode} for {id} and {left.Count} tasks not looked at");
                    }

                    left.Dequeue();
                }

                return (true, "");
            },
            patience);
    }

    /// <summary>Starts a task, and waits as long as it is told to where the service has enough to do.</summary>
    private static async Task<string> StartAsync(HttpClient http)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await http.PostAsync("/api/v1/echo", content: null, Token);
            if (response.StatusCode == HttpStatusCode.TooManyRequests && Stopwatch.GetElapsedTime(startedAt) < Patience)
            {
                await Task.Delay(response.Headers.RetryAfter!.Delta!.Value, Token);
                continue;
            }

            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
            return answer.GetProperty("payload").GetProperty("id").GetString()!;
        }
    }
}
