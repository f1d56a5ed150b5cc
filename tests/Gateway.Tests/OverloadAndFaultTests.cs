using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Tests;

public sealed class OverloadAndFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_above_limit_of_running_tasks_returns_429_and_later_succeeds()
    {
        var echo = new SteppedEcho();
        await using var host = await GatewayHost.StartAsync(["--Tasks:MaxRunning", "1"], echo.Replace);
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        using var response = await host.Client.GetAsync("/api/v1/echo", Token);

        await response.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        echo.Step(100);
        await host.ReadToEndAsync(id);

        await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        echo.Step(100);
    }

    [Fact]
    public async Task Start_with_failed_storage_returns_503_without_id()
    {
        await using var host = await GatewayHost.StartAsync(["--Tasks:Storage", "Sqlite"]);
        await host.ReadToEndAsync(await host.StartAsync(HttpMethod.Get, "/api/v1/echo"));

        // Another program locks the database, so nothing can be written.
        await using var database = host.OpenDatabase();
        await using var transaction = await database.BeginTransactionAsync(Token);
        using var response = await host.Client.GetAsync("/api/v1/echo", Token);
        using var live = await host.Client.GetAsync("/health/live", Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.False(payload.TryGetProperty("id", out _));
        Assert.Null(response.Headers.Location);
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        await transaction.RollbackAsync(Token);
        await host.ReadToEndAsync(await host.StartAsync(HttpMethod.Get, "/api/v1/echo"));
    }

    [Fact]
    public async Task Unexpected_exception_returns_500_with_trace_id_and_no_details()
    {
        await using var host = await GatewayHost.StartAsync(
            [], builder => builder.Services.AddSingleton(new TaskGrains(null!)));
        using var response = await host.Client.GetAsync($"/api/v1/task/{Guid.NewGuid()}", Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.InternalServerError, "internal");
        Assert.InRange(payload.GetProperty("traceId").GetString()!.Length, 8, 64);
        Assert.DoesNotContain("exception", payload.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("reference", payload.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task Health_endpoint_of_healthy_host_reports_its_state(string path, string state)
    {
        await using var host = await GatewayHost.StartAsync([]);

        // Polled, as the first check may time out.
        await Eventually.ReadsAsync(
            async () =>
            {
                using var response = await host.Client.GetAsync(path, Token);
                return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(Token));
            },
            seen => seen == (HttpStatusCode.OK, $$$"""{"payload":{"state":"{{{state}}}"},"status":"success"}"""),
            "the state");
    }
}
