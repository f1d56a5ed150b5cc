using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Testing;

/// <summary>Many echo tasks through the HTTP interface.</summary>
public static class TaskLoad
{
    private const int AtOnce = 64;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs tasks to their end, 64 at a time.</summary>
    /// <returns>Their ids.</returns>
    public static async Task<string[]> RunEchoesAsync(TaskClient client, int count)
    {
        var ids = new string[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RunSomeAsync()));
        return ids;

        async Task RunSomeAsync()
        {
            // A task is read after the next one was started: most have ended by then, so that one read is enough.
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

    /// <summary>Waits until a sample of a hundred tasks, from the first to the last, is answered with 404.</summary>
    public static async Task WaitUntilGoneAsync(TaskClient client, string[] ids, TimeSpan timeout)
    {
        const int Sample = 100;
        var left = new Queue<string>(Enumerable.Range(0, Sample).Select(i => ids[(int)((long)i * (ids.Length - 1) / (Sample - 1))]));
        await Eventually.HoldsAsync(
            async () =>
            {
                while (left.TryPeek(out var id))
                {
                    using var response = await client.Http.GetAsync($"/api/v1/task/{id}", Token);
                    if (response.StatusCode != HttpStatusCode.NotFound)
                    {
                        return false;
                    }

                    left.Dequeue();
                }

                return true;
            },
            "the tasks to expire",
            timeout);
    }

    /// <summary>Starts a task, and honours Retry-After while the service is busy.</summary>
    private static async Task<string> StartAsync(HttpClient http)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await http.PostAsync("/api/v1/echo", content: null, Token);
            if (response.StatusCode == HttpStatusCode.TooManyRequests && Stopwatch.GetElapsedTime(startedAt) < Eventually.DefaultTimeout)
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
