using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The OpenAPI document, and that the interface is what it says.</summary>
public sealed class ApiDescriptionTests
{
    private const string Coins = """{"coins":[{"sn":16,"ans":[]}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_is_the_committed_one()
    {
        await using var host = await GatewayHost.StartAsync([]);
        var path = Path.Combine(AppContext.BaseDirectory, "openapi.json");

        var document = await host.Client.GetStringAsync("/openapi/v1.json", Token);

        Assert.True(
            document.Trim() == (await File.ReadAllTextAsync(path, Token)).Trim(),
            "The interface has changed. With the service running: curl -s http://localhost:8004/openapi/v1.json > docs/openapi.json");
    }

    [Fact]
    public async Task Reference_loads_its_files_from_the_gateway_under_a_strict_policy()
    {
        await using var host = await GatewayHost.StartAsync([]);

        using var page = await host.Client.GetAsync("/docs/", Token);
        using var script = await host.Client.GetAsync("/docs/scalar.js", Token);

        Assert.Contains("scalar.js", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("script-src 'self' 'nonce-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(script.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Every_documented_outcome_occurs_as_documented()
    {
        var echo = new SteppedEcho();
        await using var host = await GatewayHost.StartAsync(
            ["--Tasks:StopGrace", "00:00:00.100", "--Tasks:MaxRunning", "3", "--Tasks:MaxCoins", "1"],
            builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), echo));
        var document = new ApiDocument(JsonNode.Parse(await host.Client.GetStringAsync("/openapi/v1.json", Token))!);

        await CallInEveryStateAsync(host, echo, document);
        await CallInvalidlyAsync(host, document);
        await CallFromForeignPageAsync(host, document);
        await CallTooOftenAsync(document);
        await SendTooSlowlyAsync(document);
        await CallWithoutAccessAsync(document);
        await CallBrokenServiceAsync(document, unavailable: true);
        await CallBrokenServiceAsync(document, unavailable: false);

        Assert.Empty(document.Unobserved);
    }

    private static async Task CallInEveryStateAsync(GatewayHost host, SteppedEcho echo, ApiDocument document)
    {
        await SendAsync("getLiveness", HttpMethod.Get, "/health/live");
        await Eventually.ReadsAsync(
            async () => (await SendAsync("getReadiness", HttpMethod.Get, "/health/ready")).StatusCode,
            status => status == HttpStatusCode.OK,
            "readiness");
        var first = (await SendAsync("startEcho", HttpMethod.Post, "/api/v1/echo", ("Idempotency-Key", "first"))).Headers.Location!.ToString();
        await SendAsync("getTask", HttpMethod.Get, first);
        await SendAsync("cancelTask", HttpMethod.Post, $"{first}/cancel");
        await SendAsync("cancelTask", HttpMethod.Post, $"{first}/cancel");
        await SendAsync("startDetect", HttpMethod.Post, "/api/v1/detect", ("Idempotency-Key", "first"), CoinBodies.Authentic((0, 1)));
        await SendAsync("deleteTask", HttpMethod.Delete, first);
        foreach (var (operation, method) in ((string, HttpMethod)[])[("startEcho", HttpMethod.Post), ("startEchoByGet", HttpMethod.Get)])
        {
            await SendAsync(operation, method, "/api/v1/echo", ("Idempotency-Key", "first"));
        }

        await SendAsync("startDetect", HttpMethod.Post, "/api/v1/detect", ("Idempotency-Key", "first"), CoinBodies.Authentic((0, 1)));
        var detect = (await SendAsync(
            "startDetect", HttpMethod.Post, "/api/v1/detect", ("Prefer", "wait=30"), CoinBodies.Authentic((0, 1)))).Headers.Location!.ToString();
        var read = await SendAsync("getTask", HttpMethod.Get, detect);
        await SendAsync("getTask", HttpMethod.Get, detect, ("If-None-Match", read.Headers.ETag!.ToString()));
        await SendAsync("watchTask", HttpMethod.Get, $"{detect}/events");
        await SendAsync("watchTask", HttpMethod.Get, $"{detect}/events", ("Last-Event-ID", "0"));
        var keyed = await SendAsync("startDetect", HttpMethod.Post, "/api/v1/detect", ("Idempotency-Key", "detect"), CoinBodies.Authentic((0, 1)));
        await SendAsync("getTask", HttpMethod.Get, keyed.Headers.Location!.ToString(), ("Prefer", "wait=60"));
        foreach (var (operation, method) in ((string, HttpMethod)[])[("startEcho", HttpMethod.Post), ("startEchoByGet", HttpMethod.Get)])
        {
            await SendAsync(operation, method, "/api/v1/echo", ("Idempotency-Key", "detect"));
        }

        await SendAsync("listTasks", HttpMethod.Get, "/api/v1/tasks");
        await SendAsync("getServers", HttpMethod.Get, "/api/v1/raida");
        for (var running = 0; running < 3; running++)
        {
            await SendAsync("startEchoByGet", HttpMethod.Get, "/api/v1/echo");
        }

        await SendAsync("startEcho", HttpMethod.Post, "/api/v1/echo");
        await SendAsync("startEchoByGet", HttpMethod.Get, "/api/v1/echo");
        await SendAsync("startDetect", HttpMethod.Post, "/api/v1/detect", null, CoinBodies.Authentic((0, 1)));
        for (var running = 0; running < 3; running++)
        {
            echo.Step(100);
        }

        Task<HttpResponseMessage> SendAsync(
            string operation, HttpMethod method, string path, (string Name, string Value)? header = null, HttpContent? content = null) =>
            ApiDescriptionTests.SendAsync(host.Client, document, operation, method, path, header, content);
    }

    private static async Task CallInvalidlyAsync(GatewayHost host, ApiDocument document)
    {
        var key = ("Idempotency-Key", "not one word");
        await SendAsync(host.Client, document, "startEcho", HttpMethod.Post, "/api/v1/echo", key);
        await SendAsync(host.Client, document, "startEchoByGet", HttpMethod.Get, "/api/v1/echo", key);
        await DetectAsync(CoinBodies.Authentic((0, 1)), key);
        await DetectAsync(CoinBodies.Json("{"));
        await DetectAsync(CoinBodies.Json(Coins));
        await DetectAsync(CoinBodies.OneFile(new byte[100]));
        await DetectAsync(CoinBodies.Authentic((0, 1), (0, 2)));
        var malformedForm = CoinBodies.OneFile([]);
        malformedForm.Headers.ContentType = new MediaTypeHeaderValue("multipart/form-data");
        await DetectAsync(malformedForm);
        var image = CoinBodies.OneFile([]);
        image.Headers.ContentType = new MediaTypeHeaderValue("image/webp");
        await DetectAsync(image);
        await SendAsync(host.Client, document, "listTasks", HttpMethod.Get, "/api/v1/tasks?limit=0");
        foreach (var id in (string[])["abc", "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71"])
        {
            await CallTaskAsync(host.Client, document, id);
        }

        Task DetectAsync(HttpContent content, (string, string)? header = null) =>
            SendAsync(host.Client, document, "startDetect", HttpMethod.Post, "/api/v1/detect", header, content);
    }

    private static async Task CallFromForeignPageAsync(GatewayHost host, ApiDocument document)
    {
        var origin = ("Origin", "https://evil.example.org");
        const string Task = "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71";
        await SendAsync(host.Client, document, "startEcho", HttpMethod.Post, "/api/v1/echo", origin);
        await SendAsync(host.Client, document, "startEchoByGet", HttpMethod.Get, "/api/v1/echo", origin);
        await SendAsync(host.Client, document, "startDetect", HttpMethod.Post, "/api/v1/detect", origin);
        await SendAsync(host.Client, document, "cancelTask", HttpMethod.Post, $"{Task}/cancel", origin);
        await SendAsync(host.Client, document, "deleteTask", HttpMethod.Delete, Task, origin);
    }

    private static async Task CallTooOftenAsync(ApiDocument document)
    {
        await using var host = await GatewayHost.StartAsync(["--Limits:RequestsPerSecond", "1"], NamedCallers.Add);
        const string Task = "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71";
        (string Operation, HttpMethod Method, string Path)[] operations =
        [
            ("getServers", HttpMethod.Get, "/api/v1/raida"),
            ("listTasks", HttpMethod.Get, "/api/v1/tasks"),
            ("getTask", HttpMethod.Get, Task),
            ("watchTask", HttpMethod.Get, $"{Task}/events"),
            ("cancelTask", HttpMethod.Post, $"{Task}/cancel"),
            ("deleteTask", HttpMethod.Delete, Task),
        ];
        foreach (var (operation, method, path) in operations)
        {
            // The bucket may be refilled between two requests.
            await Eventually.ReadsAsync(
                () => SendAsync(host.Client, document, operation, method, path, (NamedCallers.Header, operation)),
                response => response.StatusCode == HttpStatusCode.TooManyRequests,
                "a request to be rejected");
        }
    }

    private static async Task SendTooSlowlyAsync(ApiDocument document)
    {
        await using var host = await GatewayHost.StartAsync(["--Limits:BodyTime", "00:00:00.100"]);
        using var body = new PiecewiseContent([(byte)'{', (byte)'}'], pieceLength: 1, pause: TimeSpan.FromSeconds(1));
        await SendAsync(host.Client, document, "startDetect", HttpMethod.Post, "/api/v1/detect", null, body);
    }

    private static async Task CallWithoutAccessAsync(ApiDocument document)
    {
        await using var host = await GatewayHost.StartAsync([.. TestCallers.Keys, .. TestCallers.Jwt]);
        using var withoutKey = TestCallers.CreateClient(host, key: null);
        using var withoutRole = TestCallers.CreateClientWithToken(host, TestCallers.CreateToken("carol", role: null));
        foreach (var client in (HttpClient[])[withoutKey, withoutRole])
        {
            await CallAllAsync(client, document);
        }
    }

    private static async Task CallBrokenServiceAsync(ApiDocument document, bool unavailable)
    {
        var grains = new TaskGrains(unavailable ? DispatchProxy.Create<IGrainFactory, NoSilo>() : null!);
        await using var host = await GatewayHost.StartAsync([], builder => builder.Services.AddSingleton(grains));
        await CallAllAsync(host.Client, document);
        await SendAsync(host.Client, document, "getReadiness", HttpMethod.Get, "/health/ready");
    }

    /// <summary>Makes each call of the interface once.</summary>
    private static async Task CallAllAsync(HttpClient client, ApiDocument document)
    {
        await SendAsync(client, document, "startEcho", HttpMethod.Post, "/api/v1/echo");
        await SendAsync(client, document, "startEchoByGet", HttpMethod.Get, "/api/v1/echo");
        await SendAsync(client, document, "startDetect", HttpMethod.Post, "/api/v1/detect", null, CoinBodies.Authentic((0, 1)));
        await SendAsync(client, document, "listTasks", HttpMethod.Get, "/api/v1/tasks");
        await SendAsync(client, document, "getServers", HttpMethod.Get, "/api/v1/raida");
        await CallTaskAsync(client, document, "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71");
    }

    private static async Task CallTaskAsync(HttpClient client, ApiDocument document, string id)
    {
        await SendAsync(client, document, "getTask", HttpMethod.Get, $"/api/v1/task/{id}");
        await SendAsync(client, document, "watchTask", HttpMethod.Get, $"/api/v1/task/{id}/events");
        await SendAsync(client, document, "cancelTask", HttpMethod.Post, $"/api/v1/task/{id}/cancel");
        await SendAsync(client, document, "deleteTask", HttpMethod.Delete, $"/api/v1/task/{id}");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        ApiDocument document,
        string operation,
        HttpMethod method,
        string path,
        (string Name, string Value)? header = null,
        HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (header is var (name, value))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        var response = await client.SendAsync(request, Token);
        await document.CheckAsync(operation, response);
        return response;
    }

    /// <summary>Behaves like the factory of a client that has not found a silo.</summary>
    public class NoSilo : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new ArgumentException("No grain class is known.");
    }
}
