using System.Net;
using System.Text;

namespace OrleansTasks.Gateway.Tests;

/// <summary>What a page that a user's browser shows can do with the gateway.</summary>
public sealed class CrossSiteTests : IAsyncLifetime
{
    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _host = await GatewayHost.StartAsync(["--Gateway:AllowedOrigins:0", "https://pay.example.org", "--AllowedHosts", "tasks.example.org"], NamedCallers.Add);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/v1/echo")]
    [InlineData("POST", "/api/v1/echo")]
    [InlineData("POST", "/api/v1/detect")]
    [InlineData("POST", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71/cancel")]
    [InlineData("DELETE", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71")]
    [InlineData("POST", "/api/v1/tasks/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71/cancel")]
    [InlineData("DELETE", "/api/v1/tasks/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71")]
    public async Task Foreign_page_cannot_start_or_change_anything(string method, string path)
    {
        foreach (var header in ((string, string)[])[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example.org")])
        {
            using var response = await SendAsync(method, path, null, header);
            await response.AssertErrorAsync(HttpStatusCode.Forbidden, "cross-site-request");
        }
    }

    [Theory]
    [InlineData("/api/v1/raida")]
    [InlineData("/health/live")]
    [InlineData("/")]
    public async Task Foreign_page_can_link_to_what_changes_nothing(string path)
    {
        using var response = await SendAsync("GET", path, null, ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("", "", "localhost", true)]
    [InlineData("", "none", "localhost", true)]
    [InlineData("", "same-origin", "localhost", true)]
    [InlineData("https://tasks.example.org", "same-origin", "tasks.example.org", true)]
    [InlineData("http://tasks.example.org", "", "tasks.example.org", true)]
    [InlineData("https://tasks.example.org", "", "tasks.example.org", false)]
    [InlineData("http://localhost:3000", "same-site", "localhost", true)]
    [InlineData("http://localhost:3000", "cross-site", "localhost", true)]
    [InlineData("https://pay.example.org", "cross-site", "localhost", true)]
    [InlineData("https://pay.example.org:444", "cross-site", "localhost", false)]
    [InlineData("null", "cross-site", "localhost", false)]
    [InlineData("null", "", "localhost", false)]
    [InlineData("", "same-site", "localhost", true)]
    [InlineData("", "same-site", "tasks.example.org", false)]
    [InlineData("", "anything", "localhost", false)]
    public async Task Own_and_allowed_origins_may_start(string origin, string site, string host, bool isAllowed)
    {
        (string Name, string Value)[] headers = [("Host", host), ("Origin", origin), ("Sec-Fetch-Site", site)];
        using var response = await SendAsync("GET", "/api/v1/echo", null, [.. headers.Where(header => header.Value != "")]);

        Assert.Equal(isAllowed ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Request_with_a_key_is_not_checked()
    {
        using var response = await SendAsync("POST", "/api/v1/echo", "shop", ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example.org"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Rejected_start_reads_no_body()
    {
        using var request = NamedCallers.CreateRequest(HttpMethod.Post, "/api/v1/detect", null, ("Origin", "https://evil.example.org"));
        request.Content = new StringContent("not JSON", Encoding.UTF8, "text/plain");
        using var response = await _host.Client.SendAsync(request, Token);

        await response.AssertErrorAsync(HttpStatusCode.Forbidden, "cross-site-request");
    }

    [Theory]
    [InlineData("/api/v1/raida")]
    [InlineData("/api/v1/task/1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    [InlineData("/docs/scalar.js")]
    [InlineData("/")]
    public async Task Every_response_has_security_headers_and_no_banner(string path)
    {
        using var response = await SendAsync("GET", path, null);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Empty(response.Headers.Server);
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? caller, params (string, string)[] headers)
    {
        using var request = NamedCallers.CreateRequest(new HttpMethod(method), path, caller, headers);
        return await _host.Client.SendAsync(request, Token);
    }
}
