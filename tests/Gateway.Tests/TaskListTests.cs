using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

public sealed class TaskListTests : IAsyncLifetime
{
    private readonly SteppedEcho _echo = new();
    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync(
        [], builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), _echo));

    public ValueTask DisposeAsync()
    {
        _echo.Step(100);
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task List_shows_running_and_ended_tasks_without_results()
    {
        var detect = await _host.StartAsync(HttpMethod.Post, "/api/v1/detect", CoinBodies.Authentic((1, 16), (1, 17)));
        var ended = await _host.ReadToEndAsync(detect);
        var echo = await _host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        _echo.Step(40);
        await Eventually.ReadsAsync(
            async () => (await ListAsync())[0].GetProperty("progress").GetInt32(), progress => progress == 40, "the progress to be listed");

        var tasks = await ListAsync();

        Assert.Equal(["id", "kind", "status", "progress", "started"], tasks[0].GetNames());
        Assert.Equal((echo, "echo", "running"), Describe(tasks[0]));
        Assert.Equal(["id", "kind", "status", "progress", "started", "finished", "coins"], tasks[1].GetNames());
        Assert.Equal((detect, "detect", "completed"), Describe(tasks[1]));
        Assert.Equal((100, 2), (tasks[1].GetProperty("progress").GetInt32(), tasks[1].GetProperty("coins").GetInt32()));
        Assert.Equal(ended.GetProperty("started").GetInt64(), tasks[1].GetProperty("started").GetInt64());
        Assert.Equal(ended.GetProperty("finished").GetInt64(), tasks[1].GetProperty("finished").GetInt64());
        Assert.Equal([echo], await ListIdsAsync("?status=running"));
        Assert.Equal([detect], await ListIdsAsync("?status=completed"));
        Assert.Empty(await ListIdsAsync("?status=error"));
        Assert.Equal([detect], await ListIdsAsync("?kind=detect"));
        Assert.Empty(await ListIdsAsync("?kind=detect&status=running"));
    }

    [Fact]
    public async Task Pages_follow_each_other_while_their_tasks_are_deleted()
    {
        var started = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            started.Insert(0, await _host.StartAsync(HttpMethod.Post, "/api/v1/echo"));
        }

        var seen = new List<string>();
        for (string? query = "?limit=2", next = ""; query is not null; query = next is null ? null : $"?limit=2&after={next}")
        {
            var page = await _host.Client.GetFromJsonAsync<JsonElement>($"/api/v1/tasks{query}", Token);
            foreach (var task in page.GetProperty("payload").GetProperty("tasks").EnumerateArray())
            {
                seen.Add(task.GetProperty("id").GetString()!);
                using var deleted = await _host.Client.DeleteAsync($"/api/v1/task/{seen[^1]}", Token);
                Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            }

            next = page.GetProperty("payload").TryGetProperty("next", out var value) ? value.GetString() : null;
            Assert.True(next is null || next == seen[^1]);
        }

        Assert.Equal(started, seen);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task List_holds_the_newest_thousand_tasks()
    {
        var first = await _host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        var list = _host.GetGrain<ITaskListGrain>(TaskListKey.All);
        Assert.Equal([first], await ListIdsAsync());

        // Tasks that do not exist: they count until they are read.
        await list.Add([.. Enumerable.Range(0, 1000).Select(static _ =>
            new TaskListEntry(Guid.NewGuid(), "echo", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Coins: null))]);

        Assert.Empty(await ListIdsAsync("?limit=1000"));
        var last = await _host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        Assert.Equal([last], await ListIdsAsync("?limit=1000"));
    }

    [Theory]
    [InlineData("status=done")]
    [InlineData("status=Running")]
    [InlineData("status=")]
    [InlineData("kind=fix")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("limit=1&limit=2")]
    [InlineData("after=abc")]
    public async Task Malformed_query_returns_400(string query)
    {
        using var response = await _host.Client.GetAsync($"/api/v1/tasks?{query}", Token);

        var error = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-query");
        Assert.StartsWith(query.Split('=')[0], error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static (string?, string?, string?) Describe(JsonElement task) => (
        task.GetProperty("id").GetString(), task.GetProperty("kind").GetString(), task.GetProperty("status").GetString());

    private async Task<JsonElement[]> ListAsync(string query = "")
    {
        var answer = await _host.Client.GetFromJsonAsync<JsonElement>($"/api/v1/tasks{query}", Token);
        return [.. answer.GetProperty("payload").GetProperty("tasks").EnumerateArray()];
    }

    private async Task<string?[]> ListIdsAsync(string query = "") =>
        [.. (await ListAsync(query)).Select(task => task.GetProperty("id").GetString())];
}
