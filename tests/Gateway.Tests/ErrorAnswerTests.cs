using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Gateway.Tests;

/// <summary>The errors of the interface, as clients see them.</summary>
public sealed class ErrorAnswerTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static readonly string[] Secrets = CoinBodies.AuthenticityNumbers(1, 16);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("abc")]
    [InlineData("bdc8e99ddd8a40e98840f9f8eef16c7")]
    [InlineData("bdc8e99ddd8a40e98840f9f8eef16c711")]
    [InlineData("{bdc8e99d-dd8a-40e9-8840-f9f8eef16c71}")]
    [InlineData("bdc8e99d-dd8a-40e9-8840f9f8eef16c71")]
    [InlineData("gdc8e99d-dd8a-40e9-8840-f9f8eef16c71")]
    [InlineData("0xc8e99d-dd8a-40e9-8840-f9f8eef16c71")]
    [InlineData("%20bdc8e99ddd8a40e98840f9f8eef16c71")]
    public async Task Id_that_is_not_a_GUID_is_malformed(string id)
    {
        using var response = await host.Client.GetAsync($"/api/v1/task/{id}", Token);

        await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-id");
    }

    [Fact]
    public async Task Read_of_unknown_task_returns_404()
    {
        using var response = await host.Client.GetAsync($"/api/v1/task/{Guid.NewGuid()}", Token);

        await response.AssertErrorAsync(HttpStatusCode.NotFound, "task-not-found");
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/task/")]
    [InlineData("/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71/nothing")]
    public async Task Unknown_path_returns_404(string path)
    {
        using var response = await host.Client.GetAsync(path, Token);

        await response.AssertErrorAsync(HttpStatusCode.NotFound, "no-such-resource");
    }

    [Theory]
    [InlineData("PUT", "/api/v1/echo", "GET, POST")]
    [InlineData("GET", "/api/v1/detect", "POST")]
    [InlineData("POST", "/api/v1/task/bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", "DELETE, GET, HEAD")]
    public async Task Unsupported_method_returns_405_with_the_supported_ones(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request, Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow));
        Assert.Contains(allow, payload.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\"coins\": [}", 1, 12)]
    [InlineData("{\n  \"coins\": [\n    {\"sn\": 16,,}\n  ]\n}", 3, 15)]
    [InlineData("{\"coins\": [", 1, 12)]
    public async Task Malformed_JSON_is_rejected_with_line_and_position(string body, int line, int position)
    {
        using var response = await PostAsync(CoinBodies.Json(body));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Equal((line, position), (payload.GetProperty("line").GetInt32(), payload.GetProperty("position").GetInt32()));
        if (body.Length > 0)
        {
            Assert.Contains($"line {line}", payload.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}", "coins", 1)]
    [InlineData("{\"coins\": []}", "coins", 1)]
    [InlineData("{\"coins\": [{}]}", "coins[0].sn", 2)]
    [InlineData("{\"coins\": [{\"sn\": -1, \"ans\": ANS}]}", "coins[0].sn", 1)]
    [InlineData("{\"coins\": [{\"sn\": 4294967296, \"ans\": ANS}]}", "coins[0].sn", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"denomination\": 7, \"ans\": ANS}]}", "coins[0].denomination", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"denomination\": -9, \"ans\": ANS}]}", "coins[0].denomination", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"ans\": []}]}", "coins[0].ans", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"ans\": ANS}, {\"sn\": 2, \"ans\": SHORT}]}", "coins[1].ans[7]", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"ans\": NOHEX}]}", "coins[0].ans[7]", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"ans\": ANS, \"pownstring\": \"pppx\"}]}", "coins[0].pownstring", 1)]
    [InlineData("{\"coins\": [{\"sn\": 1, \"ans\": ANS}, {\"sn\": 1, \"ans\": ANS}]}", "coins[1]", 1)]
    [InlineData("{\"coins\": [{\"sn\": -1, \"ans\": []}, {\"sn\": 1.5, \"ans\": ANS}]}", "coins[0].sn", 3)]
    public async Task Invalid_coins_are_rejected_with_path_of_first_error_and_error_count(string body, string path, int errors)
    {
        body = body
            .Replace("ANS", JsonSerializer.Serialize(Secrets), StringComparison.Ordinal)
            .Replace("SHORT", JsonSerializer.Serialize(Damaged(7, Secrets[7][..31])), StringComparison.Ordinal)
            .Replace("NOHEX", JsonSerializer.Serialize(Damaged(7, Secrets[7][..31] + "x")), StringComparison.Ordinal);
        using var response = await PostAsync(CoinBodies.Json(body));

        var payload = await response.AssertErrorAsync(HttpStatusCode.BadRequest, "invalid-coins");
        var message = payload.GetProperty("message").GetString();
        Assert.Equal((path, errors), (payload.GetProperty("path").GetString(), payload.GetProperty("errors").GetInt32()));
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secrets[7][..31], message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData("image/png", "image/png")]
    [InlineData("application/json; charset=utf-16", "application/json in utf-16")]
    [InlineData("json", "malformed")]
    public async Task Unknown_content_type_is_unsupported(string contentType, string received)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await PostAsync(content);

        var payload = await response.AssertErrorAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Equal(
            $"Unsupported Content-Type ({received}): application/json in UTF-8, application/octet-stream or multipart/form-data is expected.",
            payload.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("80000000", "application/json")]
    [InlineData("80000000", "application/octet-stream")]
    [InlineData("80000000", "text/plain")]
    [InlineData("80000000", "multipart/form-data; boundary=b")]
    [InlineData("FFFFFFFF", "application/json")]
    [InlineData("100000000", "application/json")]
    [InlineData("FFFFFFFFFFFFFFFFF", "application/json")]
    [InlineData("-1", "application/json")]
    [InlineData("x", "application/json")]
    public async Task Malformed_chunk_is_a_malformed_request(string length, string contentType)
    {
        var (status, body) = await SendRawAsync(
            $"POST /api/v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n{length}\r\n{{");

        Assert.Equal("HTTP/1.1 400 Bad Request", status);
        Assert.Contains("\"code\":\"malformed-request\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/task/%00")]
    [InlineData("/api/v1/task/bdc8e99ddd8a40e98840f9f8eef16c7%00")]
    [InlineData("/api/v1/task/\0")]
    public async Task Null_in_a_path_is_rejected_by_the_web_server(string path)
    {
        var (status, _) = await SendRawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal("HTTP/1.1 400 Bad Request", status);
    }

    [Fact]
    public async Task Body_with_encoding_identity_is_accepted()
    {
        using var content = CoinBodies.Authentic((1, 16));
        content.Headers.ContentEncoding.Add("identity");
        using var response = await PostAsync(content);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Content_of_body_without_content_type_is_recognized()
    {
        using var content = CoinBodies.Authentic((1, 16));
        content.Headers.ContentType = null;
        using var response = await PostAsync(content);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Compressed_body_is_unsupported()
    {
        using var content = CoinBodies.Authentic((1, 16));
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await PostAsync(content);

        await response.AssertErrorAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task Too_many_coins_are_too_large_and_the_limit_is_named()
    {
        await using var small = await GatewayHost.StartAsync(["--Tasks:MaxCoins", "2"]);
        using var content = CoinBodies.Authentic((1, 1), (1, 2), (1, 3));
        using var response = await small.Client.PostAsync("/api/v1/detect", content, Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Contains("2 coins", payload.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_above_the_limit_is_too_large_with_and_without_Content_Length(bool chunked)
    {
        await using var small = await GatewayHost.StartAsync(["--Tasks:MaxCoins", "1"]);
        using var content = CoinBodies.Json($"{{\"note\": \"{new string('x', 100_000)}\"}}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/detect") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await small.Client.SendAsync(request, Token);

        var payload = await response.AssertErrorAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Contains("67584 bytes", payload.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Sends bytes that no HTTP client would send.</summary>
    /// <returns>The status line, and everything after it.</returns>
    private async Task<(string? Status, string Text)> SendRawAsync(string request)
    {
        using var socket = new TcpClient("127.0.0.1", host.Client.BaseAddress!.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync(Token), await reader.ReadToEndAsync(Token));
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent content) => host.Client.PostAsync("/api/v1/detect", content, Token);

    private static string[] Damaged(int index, string value) => [.. Secrets.Select((secret, i) => i == index ? value : secret)];
}
