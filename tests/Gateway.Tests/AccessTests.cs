using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Callers with keys: who may call what, and whose tasks they reach.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private readonly SteppedEcho _echo = new();
    private GatewayHost _host = null!;
    private HttpClient _alice = null!;
    private HttpClient _bob = null!;
    private HttpClient _operator = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await GatewayHost.StartAsync(
            TestCallers.Keys,
            builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), _echo));
        _alice = TestCallers.CreateClient(_host, TestCallers.Alice);
        _bob = TestCallers.CreateClient(_host, TestCallers.Bob);
        _operator = TestCallers.CreateClient(_host, TestCallers.Operator);
    }

    public async ValueTask DisposeAsync()
    {
        _echo.Step(100);
        _alice.Dispose();
        _bob.Dispose();
        _operator.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_and_dashboard_need_an_operators_key()
    {
        await using var host = await GatewayHost.StartAsync(
            [.. TestCallers.Keys, "--Telemetry:Prometheus", "true", "--Dashboard:Enabled", "true"]);
        (string? Key, HttpStatusCode Expected)[] callers =
        [
            (null, HttpStatusCode.Unauthorized),
            (TestCallers.Alice, HttpStatusCode.Forbidden),
            (TestCallers.Operator, HttpStatusCode.OK),
        ];
        foreach (var (key, expected) in callers)
        {
            using var client = TestCallers.CreateClient(host, key);
            foreach (var path in (string[])["/metrics", "/dashboard/", "/dashboard/DashboardCounters"])
            {
                using var response = await client.GetAsync(path, Token);
                Assert.Equal((path, expected), (path, response.StatusCode));
            }
        }
    }

    [Fact]
    public async Task Browser_asks_for_an_operators_key_as_the_password_of_the_dashboard()
    {
        await using var host = await GatewayHost.StartAsync([.. TestCallers.Keys, "--Dashboard:Enabled", "true"]);
        using var client = TestCallers.CreateClient(host, key: null);
        using (var challenge = await client.GetAsync("/dashboard/", Token))
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (challenge.StatusCode, Assert.Single(challenge.Headers.WwwAuthenticate).Scheme));
        }

        (string Path, string Password, HttpStatusCode Expected)[] requests =
        [
            ("/dashboard/", TestCallers.Operator, HttpStatusCode.OK),
            ("/dashboard/DashboardCounters", TestCallers.Operator, HttpStatusCode.OK),
            ("/dashboard/", TestCallers.Alice, HttpStatusCode.Forbidden),
            ("/dashboard/", "key-of-nobody", HttpStatusCode.Unauthorized),

            // Browsers add a password to what other sites' pages request, so nothing else takes it.
            ("/api/v1/tasks", TestCallers.Operator, HttpStatusCode.Unauthorized),
        ];
        foreach (var (path, password, expected) in requests)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{password}")));
            using var response = await client.SendAsync(request, Token);
            Assert.Equal((path, expected), (path, response.StatusCode));
        }

        using var malformed = new HttpRequestMessage(HttpMethod.Get, "/dashboard/");
        malformed.Headers.Authorization = new("Basic", "no base64!");
        using var rejected = await client.SendAsync(malformed, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, rejected.StatusCode);
    }

    [Fact]
    public async Task Every_call_of_the_interface_without_a_valid_key_returns_401()
    {
        using var wrong = TestCallers.CreateClient(_host, "key-of-nobody");
        using var wrongToken = TestCallers.CreateClientWithToken(_host, "key-of-nobody");
        var document = JsonNode.Parse(await _host.Client.GetStringAsync("/openapi/v1.json", Token))!;
        var calls = document["paths"]!.AsObject()
            .Where(path => path.Key.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key, Path: path.Key)))
            .ToArray();

        Assert.NotEmpty(calls);
        foreach (var (method, path) in calls.Append(("head", "/api/v1/tasks")))
        {
            foreach (var client in (HttpClient[])[_host.Client, wrong, wrongToken])
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Parse(method), path.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal));
                using var response = await client.SendAsync(request, Token);

                Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {response.StatusCode}");
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
                if (method != "head")
                {
                    await response.AssertErrorAsync(HttpStatusCode.Unauthorized, "unauthorized");
                }
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api.js")]
    [InlineData("/docs/")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Page_reference_and_health_need_no_key(string path)
    {
        // Polled, as the first check of readiness may time out.
        await Eventually.ReadsAsync(
            async () =>
            {
                using var response = await _host.Client.GetAsync(path, Token);
                return response.StatusCode;
            },
            status => status == HttpStatusCode.OK,
            path);
    }

    [Fact]
    public async Task Key_is_accepted_as_bearer_token()
    {
        using var alice = TestCallers.CreateClientWithToken(_host, TestCallers.Alice);
        var id = await StartAsync(_alice);

        using var read = await alice.GetAsync($"/api/v1/task/{id}", Token);

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task Every_operation_on_another_callers_task_returns_404()
    {
        var running = await StartAsync(_alice, "of-alice");
        _echo.Step(100);
        await TaskClient.ReadToEndAsync(_alice, running);
        var ended = running;
        running = await StartAsync(_alice, "of-alice-too");

        foreach (var id in (string[])[running, ended])
        {
            foreach (var path in (string[])["/api/v1/task/", "/api/v1/tasks/"])
            {
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{id}");
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{Guid.Parse(id):N}");
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{id}", ("Prefer", "wait=60"));
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{id}", ("If-None-Match", "*"));
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{id}/events");
                await AssertNotFoundAsync(HttpMethod.Get, $"{path}{id}/events", ("Last-Event-ID", "0"));
                await AssertNotFoundAsync(HttpMethod.Post, $"{path}{id}/cancel");
                await AssertNotFoundAsync(HttpMethod.Delete, $"{path}{id}");
                using var head = await _bob.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"{path}{id}"), Token);
                Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
            }
        }

        Assert.Empty(await ListAsync(_bob));
        Assert.Empty(await ListAsync(_bob, $"?after={running}"));
        var ofBob = await StartAsync(_bob, "of-alice");
        Assert.DoesNotContain(ofBob, (string[])[running, ended]);
        Assert.Equal([ofBob], await ListAsync(_bob));

        Assert.Equal("running", await ReadStatusAsync(_alice, running));
        Assert.Equal("completed", await ReadStatusAsync(_alice, ended));
        Assert.Equal([running, ended], await ListAsync(_alice));
        Assert.Equal(running, await StartAsync(_alice, "of-alice-too"));
    }

    [Fact]
    public async Task Operator_has_access_to_the_tasks_of_all_callers()
    {
        var ofAlice = await StartAsync(_alice);
        var ofBob = await StartAsync(_bob);
        var own = await StartAsync(_operator);

        Assert.Equivalent(new[] { own, ofBob, ofAlice }, await ListAsync(_operator), strict: true);
        Assert.Equal("running", await ReadStatusAsync(_operator, ofAlice));
        using var cancelled = await _operator.PostAsync($"/api/v1/task/{ofBob}/cancel", content: null, Token);
        using var deleted = await _operator.DeleteAsync($"/api/v1/task/{ofAlice}", Token);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await ListAsync(_alice));
        Assert.Equal("error", await ReadStatusAsync(_bob, ofBob));
        using var ofOperator = await _bob.GetAsync($"/api/v1/task/{own}", Token);
        Assert.Equal(HttpStatusCode.NotFound, ofOperator.StatusCode);
    }

    [Fact]
    public void Id_of_a_keyed_start_depends_on_secret_caller_and_key()
    {
        byte[] one = [.. Enumerable.Repeat((byte)1, 32)], two = [.. Enumerable.Repeat((byte)2, 32)];
        Guid[] ids =
        [
            IdempotencyKey.ToTaskId(one, null, "key"),
            IdempotencyKey.ToTaskId(two, null, "key"),
            IdempotencyKey.ToTaskId(one, "", "key"),
            IdempotencyKey.ToTaskId(one, "alice", "key"),
            IdempotencyKey.ToTaskId(one, "bob", "key"),
            IdempotencyKey.ToTaskId(one, "y", "ke"),
            IdempotencyKey.ToTaskId(one, "alice", "other"),
        ];

        Assert.Equal(ids, ids.Distinct());
        Assert.Equal(ids[3], IdempotencyKey.ToTaskId(one, "alice", "key"));
    }

    [Fact]
    public async Task Id_of_a_keyed_start_differs_between_deployments_and_survives_a_restart()
    {
        using var data = new TemporaryDirectory();
        string[] settings = ["--Tasks:Storage", "Sqlite", "--Tasks:DataDirectory", data.Path, .. TestCallers.Keys];
        string first, again;
        await using (var host = await GatewayHost.StartAsync(settings))
        {
            using var alice = TestCallers.CreateClient(host, TestCallers.Alice);
            first = await StartAsync(alice, "kept");
            await TaskClient.ReadToEndAsync(alice, first);
        }

        await using (var host = await GatewayHost.StartAsync(settings))
        {
            using var alice = TestCallers.CreateClient(host, TestCallers.Alice);
            using var bob = TestCallers.CreateClient(host, TestCallers.Bob);
            again = await StartAsync(alice, "kept");
            Assert.Equal("completed", await ReadStatusAsync(alice, again));
            Assert.Equal([first], await ListAsync(alice));
            using var read = await bob.GetAsync($"/api/v1/task/{first}", Token);
            Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
        }

        Assert.Equal(first, again);
        Assert.NotEqual(first, await StartAsync(_alice, "kept"));
    }

    [Fact]
    public async Task Key_file_is_read_again_when_it_changes_and_kept_when_it_is_broken()
    {
        using var data = new TemporaryDirectory();
        var file = Path.Combine(data.Path, ".keys.json");
        await WriteAsync(TestCallers.Alice);
        var log = new CollectedLog();
        await using var host = await GatewayHost.StartAsync(
            ["--Access:KeysFile", file], builder => builder.Services.AddSingleton<ILoggerProvider>(log));
        using var alice = TestCallers.CreateClient(host, TestCallers.Alice);
        using var bob = TestCallers.CreateClient(host, TestCallers.Bob);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), await ListBothAsync());

        await WriteAsync(TestCallers.Bob);
        await Eventually.ReadsAsync(
            ListBothAsync, seen => seen == (HttpStatusCode.Unauthorized, HttpStatusCode.OK), "the new key to replace the old one");

        foreach (var text in (string?[])["{\"Access\":", null])
        {
            var failures = CountFailures();
            if (text is null)
            {
                File.Delete(file);
            }
            else
            {
                await File.WriteAllTextAsync(file, text, Token);
            }

            await Eventually.HoldsAsync(() => CountFailures() > failures, "the failure to be logged");
            Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), await ListBothAsync());
        }

        async Task<(HttpStatusCode, HttpStatusCode)> ListBothAsync()
        {
            using var one = await alice.GetAsync("/api/v1/tasks", Token);
            using var other = await bob.GetAsync("/api/v1/tasks", Token);
            return (one.StatusCode, other.StatusCode);
        }

        int CountFailures() => log.Messages.Count(message => message.Contains("could not be read again", StringComparison.Ordinal));

        Task WriteAsync(string key) => File.WriteAllTextAsync(
            file, "{\"Access\":{\"Keys\":{\"somebody\":{\"Hash\":\"" + ApiKeys.Hash(key) + "\"}}}}", Token);
    }

    private static async Task<string> StartAsync(HttpClient client, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/echo");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("payload").GetProperty("id").GetString()!;
    }

    private static async Task<string?[]> ListAsync(HttpClient client, string query = "")
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/v1/tasks{query}", Token);
        return [.. answer.GetProperty("payload").GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString())];
    }

    private static async Task<string?> ReadStatusAsync(HttpClient client, string id) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/task/{id}", Token)).GetProperty("payload").GetProperty("status").GetString();

    private async Task AssertNotFoundAsync(HttpMethod method, string path, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _bob.SendAsync(request, Token);
        await response.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
        Assert.Null(response.Headers.ETag);
    }
}
