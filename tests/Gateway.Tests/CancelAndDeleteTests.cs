using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

public sealed class CancelAndDeleteTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("task")]
    [InlineData("tasks")]
    public async Task Cancel_of_running_task_returns_it_in_error(string resource)
    {
        await using var stepped = await GatewayHost.StartAsync([], new SteppedEcho().Replace);
        var id = await stepped.StartAsync(HttpMethod.Get, "/api/v1/echo");

        using var response = await stepped.Client.PostAsync($"/api/v1/{resource}/{id}/cancel", content: null, Token);
        var task = (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["id", "status", "progress", "started", "finished", "message"], task.GetNames());
        Assert.Equal("error", task.GetProperty("status").GetString());
        Assert.Equal("Cancelled", task.GetProperty("message").GetString());
        Assert.Equal(task.GetRawText(), (await stepped.ReadToEndAsync(id)).GetRawText());
    }

    [Fact]
    public async Task Cancel_of_ended_task_returns_409()
    {
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        await host.ReadToEndAsync(id);

        using var response = await host.Client.PostAsync($"/api/v1/task/{id}/cancel", content: null, Token);

        await response.AssertErrorAsync(HttpStatusCode.Conflict, "task-finished");
    }

    [Fact]
    public async Task Read_and_delete_of_deleted_task_return_404()
    {
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        await host.ReadToEndAsync(id);

        using var deleted = await host.Client.DeleteAsync($"/api/v1/task/{id}", Token);
        using var read = await host.Client.GetAsync($"/api/v1/task/{id}", Token);
        using var again = await host.Client.DeleteAsync($"/api/v1/task/{id}", Token);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await deleted.Content.ReadAsByteArrayAsync(Token));
        await read.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
        await again.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
    }

    [Theory]
    [InlineData("POST", "/api/v1/task/abc/cancel", HttpStatusCode.BadRequest, "malformed-id")]
    [InlineData("DELETE", "/api/v1/task/abc", HttpStatusCode.BadRequest, "malformed-id")]
    [InlineData("POST", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71/cancel", HttpStatusCode.NotFound, "task-not-found")]
    [InlineData("DELETE", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", HttpStatusCode.NotFound, "task-not-found")]
    [InlineData("GET", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71/cancel", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task Cancel_and_delete_of_unknown_task_return_an_error(string method, string path, HttpStatusCode status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request, Token);

        await response.AssertErrorAsync(status, code);
    }
}
