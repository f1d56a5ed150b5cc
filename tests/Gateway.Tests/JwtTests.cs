using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>JWT bearer tokens beside API keys.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync([.. TestCallers.Keys, .. TestCallers.Jwt]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("carol", "caller", HttpStatusCode.OK)]
    [InlineData("carol", "operator", HttpStatusCode.OK)]
    [InlineData("carol", null, HttpStatusCode.Forbidden)]
    [InlineData("carol", "admin", HttpStatusCode.Forbidden)]
    [InlineData(null, "caller", HttpStatusCode.Unauthorized)]
    [InlineData("", "caller", HttpStatusCode.Unauthorized)]
    public async Task Token_needs_a_subject_and_a_role(string? subject, string? role, HttpStatusCode expected)
    {
        using var client = TestCallers.CreateClientWithToken(_host, TestCallers.CreateToken(subject, role));

        using var response = await client.GetAsync("/api/v1/tasks", Token);

        Assert.Equal(expected, response.StatusCode);
        if (expected != HttpStatusCode.OK)
        {
            await response.AssertErrorAsync(expected, expected == HttpStatusCode.Forbidden ? "forbidden" : "unauthorized");
        }
    }

    [Fact]
    public async Task Token_of_another_audience_or_issuer_returns_401()
    {
        foreach (var token in (string[])
            [TestCallers.CreateToken("carol", "caller", audience: "other"), TestCallers.CreateToken("carol", "caller", signingKey: new byte[32]), "a.b.c"])
        {
            using var client = TestCallers.CreateClientWithToken(_host, token);
            using var response = await client.GetAsync("/api/v1/tasks", Token);

            await response.AssertErrorAsync(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Subject_with_the_name_of_a_key_has_no_access_to_its_tasks()
    {
        using var key = TestCallers.CreateClient(_host, TestCallers.Alice);
        using var subject = TestCallers.CreateClientWithToken(_host, TestCallers.CreateToken("alice", "caller"));
        using var started = await key.PostAsync("/api/v1/echo", content: null, Token);

        using var read = await subject.GetAsync(started.Headers.Location, Token);

        await read.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
        var list = await subject.GetFromJsonAsync<JsonElement>("/api/v1/tasks", Token);
        Assert.Empty(list.GetProperty("payload").GetProperty("tasks").EnumerateArray());
    }

    [Fact]
    public async Task Issuer_that_does_not_respond_returns_503()
    {
        await using var host = await GatewayHost.StartAsync(
            ["--Authentication:Schemes:Bearer:Authority", "http://127.0.0.1:1", "--Authentication:Schemes:Bearer:RequireHttpsMetadata", "false"]);
        using var client = TestCallers.CreateClientWithToken(host, TestCallers.CreateToken("carol", "caller"));

        using var response = await client.GetAsync("/api/v1/tasks", Token);

        await response.AssertErrorAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
