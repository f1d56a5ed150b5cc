using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Gateway.Tests;

public sealed class IdempotencyKeyTests : IAsyncLifetime
{
    private readonly GatewayHost _host = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Hundred_concurrent_starts_with_same_key_create_one_task()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => StartAsync("/api/v1/echo", "same")));
        await _host.ReadToEndAsync(ids[0]);
        var afterTheEnd = await StartAsync("/api/v1/echo", "same");

        Assert.Equal(ids[0], Assert.Single(ids.Append(afterTheEnd).Distinct()));

        // Requests, not datagrams, some of which may be retransmitted.
        var servers = (await _host.Client.GetFromJsonAsync<JsonElement>("/api/v1/raida", Token)).GetProperty("payload").GetProperty("nodes");
        Assert.All(servers.EnumerateArray(), server => Assert.Equal(1, server.GetProperty("counts").GetProperty("answered").GetInt64()));
    }

    [Fact]
    public async Task Start_with_another_key_creates_another_task()
    {
        Assert.NotEqual(await StartAsync("/api/v1/echo", "one"), await StartAsync("/api/v1/echo", "two"));
    }

    [Fact]
    public async Task Same_coins_in_another_format_are_the_same_content()
    {
        var first = await StartAsync("/api/v1/detect", "coins", () => CoinBodies.Authentic((1, 16)));
        var body = JsonSerializer.Serialize(new { cloudcoin = new[] { new { sn = "16", denomination = 1, an = CoinBodies.AuthenticityNumbers(1, 16) } } });

        var binary = await CoinBodies.BinaryFileAsync(1, 16, 1);

        Assert.Equal(first, await StartAsync("/api/v1/detect", "coins", () => CoinBodies.Json(body)));
        Assert.Equal(first, await StartAsync("/api/v1/detect", "coins", () => CoinBodies.OneFile(binary)));
        Assert.Equal(first, await StartAsync("/api/v1/detect", "coins", () => CoinBodies.Form(("a", binary))));
    }

    [Fact]
    public async Task Start_with_key_of_other_content_returns_422()
    {
        await StartAsync("/api/v1/detect", "reused", () => CoinBodies.Authentic((1, 16)));

        using var otherCoins = await SendAsync("/api/v1/detect", "reused", CoinBodies.Authentic((1, 17)));
        using var otherKind = await SendAsync("/api/v1/echo", "reused", content: null);

        await otherCoins.AssertErrorAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await otherKind.AssertErrorAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task Start_with_key_of_deleted_task_returns_409()
    {
        var id = await StartAsync("/api/v1/echo", "deleted");
        await _host.ReadToEndAsync(id);
        using var deleted = await _host.Client.DeleteAsync($"/api/v1/task/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var asked = CountRequests();

        using var start = await SendAsync("/api/v1/echo", "deleted", content: null);

        await start.AssertErrorAsync(HttpStatusCode.Conflict, "task-deleted");
        Assert.Equal(asked, CountRequests());

        long CountRequests() => _host.Network.Agents.Sum(agent => agent.Counters.UdpRequests);
    }

    [Fact]
    public async Task Key_reused_as_soon_as_its_tombstone_expires_gets_another_ETag()
    {
        const string Key = "used-again";
        var clock = new LeapingClock();
        await using var host = await GatewayHost.StartAsync(
            ["--Tasks:Retention", "00:00:20"],
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var id = await StartAsync(host, "/api/v1/echo", Key);
        var first = await ReadTagOfEndAsync(host, id);
        using var deleted = await host.Client.DeleteAsync($"/api/v1/task/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var tooEarly = await SendAsync(host, "/api/v1/echo", Key, content: null);
        await tooEarly.AssertErrorAsync(HttpStatusCode.Conflict, "task-deleted");

        clock.Leap = TimeSpan.FromSeconds(20);

        Assert.Equal(id, await StartAsync(host, "/api/v1/echo", Key));
        Assert.NotEqual(first, await ReadTagOfEndAsync(host, id));
    }

    [Fact]
    public async Task Key_reused_for_other_content_after_expiry_starts_a_task_that_no_cache_takes_for_the_first()
    {
        const string Key = "expired";
        var clock = new LeapingClock();
        await using var host = await GatewayHost.StartAsync(
            ["--Tasks:Retention", "00:00:20"],
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var id = await StartAsync(host, "/api/v1/detect", Key, () => CoinBodies.Authentic((1, 16)));
        var first = await ReadTagOfEndAsync(host, id);
        using var tooEarly = await SendAsync(host, "/api/v1/detect", Key, CoinBodies.Authentic((1, 17)));
        await tooEarly.AssertErrorAsync(HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");

        clock.Leap = TimeSpan.FromSeconds(20);

        Assert.Equal(id, await StartAsync(host, "/api/v1/detect", Key, () => CoinBodies.Authentic((1, 17))));
        await host.ReadToEndAsync(id);
        using var read = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/task/{id}");
        read.Headers.TryAddWithoutValidation("If-None-Match", first);
        using var response = await host.Client.SendAsync(read, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"sn\":17", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_key_is_rejected()
    {
        foreach (var key in (string[])["", "with space", new string('x', 256)])
        {
            using var response = await SendAsync("/api/v1/echo", key, content: null);
            await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-idempotency-key");
        }

        await StartAsync("/api/v1/echo", new string('x', 255));
    }

    private static async Task<string> ReadTagOfEndAsync(GatewayHost host, string id)
    {
        await host.ReadToEndAsync(id);
        using var read = await host.Client.GetAsync($"/api/v1/task/{id}", Token);
        return read.Headers.ETag!.Tag;
    }

    private Task<string> StartAsync(string path, string key, Func<HttpContent>? content = null) => StartAsync(_host, path, key, content);

    private static async Task<string> StartAsync(GatewayHost host, string path, string key, Func<HttpContent>? content = null)
    {
        using var response = await SendAsync(host, path, key, content?.Invoke());
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, answer.ToString());
        return answer.GetProperty("payload").GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> SendAsync(string path, string key, HttpContent? content) => SendAsync(_host, path, key, content);

    private static async Task<HttpResponseMessage> SendAsync(GatewayHost host, string path, string key, HttpContent? content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await host.Client.SendAsync(request, Token);
    }

    /// <summary>A clock that can leap ahead; timers run as usual.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        public TimeSpan Leap { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Leap;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Leap.TotalSeconds * TimestampFrequency);
    }
}
