using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;
using Raida.LocalNetwork;

namespace OrleansTasks.Gateway.Tests;

public sealed class OverloadAndFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_above_limit_of_running_tasks_returns_429_and_later_succeeds()
    {
        await using var host = await GatewayHost.StartAsync(["--Tasks:MaxRunning", "1"]);
        using (new TemporaryFaults(host.Network, new AgentFaults { Delay = TimeSpan.FromSeconds(1) }))
        {
            var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
            using var response = await host.Client.GetAsync("/api/v1/echo", Token);

            await response.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
            await host.ReadToEndAsync(id);
        }

        await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
    }

    [Theory]
    [InlineData("echo")]
    [InlineData("detect")]
    public async Task Gateway_rejects_starts_that_silos_mostly_reject(string kind)
    {
        var starts = new StartCount();
        await using var host = await GatewayHost.StartAsync(
            ["--Tasks:MaxRunning", "1"],
            builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(starts));
        using var slow = new TemporaryFaults(host.Network, new AgentFaults { Delay = TimeSpan.FromSeconds(1) });
        var sent = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                sent += 50;
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync()));
                return sent - starts.Count >= 50;
            },
            "50 starts that do not reach the silo");

        async Task SendAsync()
        {
            using var body = CoinBodies.Authentic((0, 1));
            using var response = kind == "echo"
                ? await host.Client.GetAsync("/api/v1/echo", Token)
                : await host.Client.PostAsync("/api/v1/detect", body, Token);
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                await response.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
            }
        }
    }

    [Fact]
    public async Task Start_with_failed_storage_returns_503_without_id()
    {
        await using var host = await GatewayHost.StartAsync([]);
        await host.ReadToEndAsync(await host.StartAsync(HttpMethod.Get, "/api/v1/echo"));
        var tasks = Path.Combine(Path.GetDirectoryName(host.SampleCoinsPath)!, "tasks");

        // A file in place of the storage's directory makes every write fail.
        Directory.Delete(tasks, recursive: true);
        await File.WriteAllTextAsync(tasks, "", Token);
        using var response = await host.Client.GetAsync("/api/v1/echo", Token);
        using var live = await host.Client.GetAsync("/health/live", Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.False(payload.TryGetProperty("id", out _));
        Assert.Null(response.Headers.Location);
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Unexpected_exception_returns_500_with_trace_id_and_no_details()
    {
        await using var host = await GatewayHost.StartAsync([], builder =>
        {
            builder.Services.RemoveAll<ITaskResultJson>();
            builder.Services.AddSingleton<ITaskResultJson, FaultyResultJson>();
        });
        var id = await host.StartAsync(HttpMethod.Get, "/api/v1/echo");
        using var response = await Eventually.ReadsAsync(
            () => host.Client.GetAsync($"/api/v1/task/{id}", Token),
            response => response.StatusCode != HttpStatusCode.OK,
            "the result of the ended task to be read");

        var payload = await response.AssertErrorAsync(HttpStatusCode.InternalServerError, "internal");
        Assert.InRange(payload.GetProperty("traceId").GetString()!.Length, 8, 64);
        var text = payload.GetRawText();
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("exception", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task Health_endpoint_of_healthy_host_reports_its_state(string path, string state)
    {
        await using var host = await GatewayHost.StartAsync([]);

        Assert.Equal(
            $$$"""{"payload":{"state":"{{{state}}}"},"status":"success"}""",
            await host.Client.GetStringAsync(path, Token));
    }

    private sealed class StartCount : IIncomingGrainCallFilter
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType == typeof(ITaskGrain) && context.MethodName == nameof(ITaskGrain.Start))
            {
                Interlocked.Increment(ref _count);
            }

            return context.Invoke();
        }
    }

    private sealed class FaultyResultJson : ITaskResultJson
    {
        public Type ResultType => typeof(EchoResult);

        public void Write(Utf8JsonWriter writer, TaskResult result) => throw new InvalidOperationException("a secret");
    }
}
