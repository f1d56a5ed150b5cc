using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The stream of a task's events.</summary>
public sealed class EventTests : SteppedTaskTests
{
    [Theory]
    [InlineData("task")]
    [InlineData("tasks")]
    public async Task Stream_begins_with_current_state_follows_changes_and_closes_after_the_end(string resource)
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        using var response = await OpenAsync(id, resource: resource);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);

        var progress = new List<int>();
        var ids = new List<string?>();
        await foreach (var item in ReadAsync(response))
        {
            Assert.Equal("task", item.EventType);
            var envelope = JsonDocument.Parse(item.Data).RootElement;
            Assert.Equal("success", envelope.GetProperty("status").GetString());
            var task = envelope.GetProperty("payload");
            Assert.Equal(id, task.GetProperty("id").GetString());
            progress.Add(task.GetProperty("progress").GetInt32());
            ids.Add(item.EventId);
            Echo.Step(progress[^1] switch { 0 => 40, 40 => 80, _ => 100 });
        }

        // The first event may be older than the job's first report, which is another version.
        Assert.Equal([0, 40, 80, 100], progress.Distinct());
        Assert.Equal(ids, ids.Distinct());
        Assert.Equal((await Host.ReadToEndAsync(id)).GetRawText(), await ReadLastAsync(id));
    }

    [Fact]
    public async Task Stream_sends_at_most_ten_changes_a_second()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        var started = System.Diagnostics.Stopwatch.StartNew();
        using var response = await OpenAsync(id);
        var stepping = Task.Run(
            async () =>
            {
                for (var percent = 1; percent <= 100; percent++)
                {
                    Echo.Step(percent);
                    await Task.Delay(TimeSpan.FromMilliseconds(10), Token);
                }
            },
            Token);

        var times = new List<TimeSpan>();
        await foreach (var item in ReadAsync(response))
        {
            times.Add(started.Elapsed);
        }

        await stepping;
        Assert.InRange(times.Count, 3, 2 + (int)(times[^1] / TimeSpan.FromMilliseconds(90)));
    }

    [Fact]
    public async Task Last_event_id_suppresses_what_the_client_has_seen()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        Echo.Step(30);
        await Eventually.ReadsAsync(
            () => TaskProgressAsync(id),
            progress => progress == 30,
            "the task to be at 30 percent");
        string? seen;
        using (var first = await OpenAsync(id))
        {
            seen = (await ReadAsync(first).FirstAsync(Token)).EventId;
        }

        using var second = await OpenAsync(id, seen);
        Echo.Step(100);

        var item = Assert.Single(await ReadAsync(second).ToListAsync(Token));
        Assert.Contains("\"status\":\"completed\"", item.Data, StringComparison.Ordinal);
        using var third = await OpenAsync(id, item.EventId);
        Assert.Equal(HttpStatusCode.NoContent, third.StatusCode);
        using var unknown = await OpenAsync(id, "not of this task");
        Assert.Equal(HttpStatusCode.OK, unknown.StatusCode);
    }

    [Fact]
    public async Task Silent_stream_sends_a_comment_every_15_seconds()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        using var response = await OpenAsync(id);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var silent = System.Diagnostics.Stopwatch.StartNew();
        while (await reader.ReadLineAsync(Token) is { } line && line != ":")
        {
            if (line.StartsWith("data", StringComparison.Ordinal))
            {
                silent.Restart();
            }
        }

        Assert.InRange(silent.Elapsed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Stream_of_deleted_task_closes()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        using var response = await OpenAsync(id);

        using var deleted = await Host.Client.DeleteAsync($"/api/v1/task/{id}", Token);

        Assert.All(
            await ReadAsync(response).ToListAsync(Token),
            item => Assert.Contains("\"status\":\"running\"", item.Data, StringComparison.Ordinal));
        using var again = await OpenAsync(id);
        await again.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task Stream_closes_when_the_gateway_stops()
    {
        var host = await StartHostAsync(new SteppedEcho());
        var id = await host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        using var response = await host.Client.GetAsync($"/api/v1/task/{id}/events", HttpCompletionOption.ResponseHeadersRead, Token);
        var reading = ReadAsync(response).ToListAsync(Token).AsTask();

        // The job is not stopped, only the streams are: the silo waits for it.
        var stopping = host.DisposeAsync().AsTask();

        Assert.NotEmpty(await reading.WaitAsync(TimeSpan.FromSeconds(10), Token));
        await stopping;
    }

    private static IAsyncEnumerable<SseItem<string>> ReadAsync(HttpResponseMessage response) => SseParser
        .Create(response.Content.ReadAsStream(Token))
        .EnumerateAsync(Token);

    private async Task<HttpResponseMessage> OpenAsync(string id, string? lastEventId = null, string resource = "task")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{resource}/{id}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private async Task<string> ReadLastAsync(string id)
    {
        using var response = await OpenAsync(id);
        var items = await ReadAsync(response).ToListAsync(Token);
        return JsonDocument.Parse(items[^1].Data).RootElement.GetProperty("payload").GetRawText();
    }

    private async Task<int> TaskProgressAsync(string id)
    {
        using var document = JsonDocument.Parse(await Host.Client.GetStringAsync($"/api/v1/task/{id}", Token));
        return document.RootElement.GetProperty("payload").GetProperty("progress").GetInt32();
    }
}
