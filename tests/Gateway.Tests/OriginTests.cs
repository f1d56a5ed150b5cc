using System.Net;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Pages of other origins, and requests under other host names.</summary>
public sealed class OriginTests : IAsyncLifetime
{
    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _host = await GatewayHost.StartAsync(["--Gateway:AllowedOrigins:0", "https://pay.example.org", "--AllowedHosts", "tasks.example.org"]);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:5999")]
    [InlineData("https://pay.example.org")]
    public async Task Allowed_origin_may_call_and_read_headers(string origin)
    {
        using var start = CreateRequest(HttpMethod.Get, "/api/v1/echo", origin);
        using var response = await _host.Client.SendAsync(start, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal([origin], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal("Location,Retry-After,ETag,Preference-Applied", string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task Error_response_is_readable_by_an_allowed_origin()
    {
        using var read = CreateRequest(HttpMethod.Get, "/api/v1/task/1", "http://localhost:3000");
        using var response = await _host.Client.SendAsync(read, Token);

        await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-id");
        Assert.Equal(["http://localhost:3000"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Preflight_of_allowed_origin_succeeds()
    {
        using var preflight = CreateRequest(HttpMethod.Options, "/api/v1/detect", "http://localhost:3000");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,idempotency-key");
        using var response = await _host.Client.SendAsync(preflight, Token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(["content-type,idempotency-key"], response.Headers.GetValues("Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("http://localhost.example.org")]
    [InlineData("null")]
    public async Task Other_origin_is_not_allowed(string origin)
    {
        using var start = CreateRequest(HttpMethod.Get, "/api/v1/raida", origin);
        using var response = await _host.Client.SendAsync(start, Token);

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("tasks.example.org", HttpStatusCode.OK)]
    [InlineData("rebound.example.org", HttpStatusCode.BadRequest)]
    public async Task Gateway_on_loopback_accepts_loopback_and_configured_hosts_only(string host, HttpStatusCode expected)
    {
        using var read = new HttpRequestMessage(HttpMethod.Get, "/api/v1/raida");
        read.Headers.Host = host;
        using var response = await _host.Client.SendAsync(read, Token);

        Assert.Equal(expected, response.StatusCode);
    }

    private static HttpRequestMessage CreateRequest(HttpMethod method, string path, string origin)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        return request;
    }
}
