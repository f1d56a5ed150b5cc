using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Requests with <c>Prefer: wait=N</c>.</summary>
public sealed class WaitTests : SteppedTaskTests
{
    [Fact]
    public async Task Start_with_wait_returns_202_with_ended_task()
    {
        Echo.Step(100);

        using var response = await SendAsync(HttpMethod.Post, "/api/v1/echo", "wait=30");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["wait=30"], response.Headers.GetValues("Preference-Applied"));
        Assert.NotNull(response.Headers.Location);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Equal("completed", (await ReadTaskAsync(response)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Start_whose_wait_is_over_returns_running_task()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/echo", "wait=1");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["wait=1"], response.Headers.GetValues("Preference-Applied"));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("running", (await ReadTaskAsync(response)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Read_with_wait_returns_when_task_ends()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        var reading = SendAsync(HttpMethod.Get, $"/api/v1/task/{id}", "wait=60");
        Echo.Step(50);
        Assert.False(reading.IsCompleted);

        var ended = Stopwatch.StartNew();
        Echo.Step(100);
        using var response = await reading;

        Assert.InRange(ended.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal("completed", (await ReadTaskAsync(response)).GetProperty("status").GetString());
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Read_that_waits_for_deleted_task_returns_404()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        var reading = SendAsync(HttpMethod.Get, $"/api/v1/task/{id}", "wait=60");

        using var deleted = await Host.Client.DeleteAsync($"/api/v1/task/{id}", Token);
        using var response = await reading;

        await response.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task Disconnected_waiter_does_not_delay_shutdown_or_other_readers()
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        using var disconnecting = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var request = CreateRequest(HttpMethod.Get, $"/api/v1/task/{id}", "wait=60");
        var reading = Host.Client.SendAsync(request, disconnecting.Token);

        await disconnecting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        using var cancelled = await Host.Client.PostAsync($"/api/v1/task/{id}/cancel", content: null, Token);

        Assert.Equal("error", (await ReadTaskAsync(cancelled)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("wait=3600", "wait=60")]
    [InlineData("respond-async, Wait = \"5\"; x=1, wait=7", "wait=5")]
    [InlineData("wait=0", "wait=0")]
    public async Task Valid_preference_is_confirmed(string prefer, string applied)
    {
        Echo.Step(100);
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");
        await Host.ReadToEndAsync(id);

        using var response = await SendAsync(HttpMethod.Get, $"/api/v1/task/{id}", prefer);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([applied], response.Headers.GetValues("Preference-Applied"));
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait=soon")]
    [InlineData("wait=-1")]
    [InlineData("wait=99999999999999999999")]
    [InlineData("respond-async")]
    [InlineData(",;=")]
    public async Task Other_preference_is_ignored(string prefer)
    {
        var id = await Host.StartAsync(HttpMethod.Post, "/api/v1/echo");

        using var response = await SendAsync(HttpMethod.Get, $"/api/v1/task/{id}", prefer);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Preference-Applied"));
        Assert.Equal("running", (await ReadTaskAsync(response)).GetProperty("status").GetString());
    }

    private static HttpRequestMessage CreateRequest(HttpMethod method, string path, string prefer)
    {
        var request = new HttpRequestMessage(method, path);
        Assert.True(request.Headers.TryAddWithoutValidation("Prefer", prefer));
        return request;
    }

    private static async Task<JsonElement> ReadTaskAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string prefer)
    {
        using var request = CreateRequest(method, path, prefer);
        return await Host.Client.SendAsync(request, Token);
    }
}
