using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Each limit, at its value and one above it.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const int Block = 64 * 1024;
    private const int FreeBytes = 16 * 1024;
    private const int HeaderBytes = 1024;
    private const int HeaderCount = 10;
    private const int MaxConnections = 6;

    private GatewayHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await GatewayHost.StartAsync(
        [
            "--Tasks:StopGrace", "00:00:00.100",
            "--Limits:BodyBytes", $"{2 * Block}",
            "--Limits:Connections", $"{MaxConnections}",
            "--Limits:HeaderBytes", $"{HeaderBytes}",
            "--Limits:HeaderCount", $"{HeaderCount}",
            "--Limits:RequestsPerSecond", "1000",
            "--Limits:WaitingPerCaller", "1",
            "--Limits:Waiting", "2",
        ],
        builder =>
        {
            NamedCallers.Add(builder);
            builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), new SteppedEcho());
        });

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Body_beyond_the_budget_is_rejected()
    {
        // Within it, a body of only white space is malformed.
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(FreeBytes + (2 * Block)));

        using var content = CoinBodies.Json(new string(' ', FreeBytes + (2 * Block) + 1));
        using var rejected = await _host.Client.PostAsync("/api/v1/detect", content, Token);

        await rejected.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal(TimeSpan.FromSeconds(1), rejected.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Bodies_that_are_being_read_share_the_budget()
    {
        using var budget = new BodyBudget(Options.Create(new LimitOptions { BodyBytes = 2 * Block }), Options.Create(new DetectOptions()));
        using var first = await ReadAsync(budget, FreeBytes + Block);
        using (await ReadAsync(budget, FreeBytes + Block))
        {
            await Assert.ThrowsAsync<ApiException>(() => ReadAsync(budget, FreeBytes + 1));
            using var small = await ReadAsync(budget, FreeBytes);
        }

        using var third = await ReadAsync(budget, FreeBytes + Block);
        await Assert.ThrowsAsync<ApiException>(() => ReadAsync(budget, FreeBytes + 1));
    }

    [Fact]
    public async Task Body_that_takes_too_long_is_rejected()
    {
        await using var host = await GatewayHost.StartAsync(["--Limits:BodyTime", "00:00:00.200"]);
        using var socket = new TcpClient("127.0.0.1", host.Client.BaseAddress!.Port);
        await socket.GetStream().WriteAsync(CreateUpload(sent: 1), Token);
        using var reader = new StreamReader(socket.GetStream());

        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(Token));
    }

    [Theory]
    [InlineData(HeaderCount, "HTTP/1.1 200 OK")]
    [InlineData(HeaderCount + 1, "HTTP/1.1 431 Request Header Fields Too Large")]
    public async Task Number_of_headers_is_limited(int count, string expected) =>
        Assert.Equal(expected, await GetStatusAsync(string.Concat(Enumerable.Range(0, count - 2).Select(i => $"X-{i}: x\r\n"))));

    [Theory]
    [InlineData(HeaderBytes, "HTTP/1.1 200 OK")]
    [InlineData(HeaderBytes + 1, "HTTP/1.1 431 Request Header Fields Too Large")]
    public async Task Length_of_headers_is_limited(int length, string expected)
    {
        const string Others = "Host: localhost\r\nConnection: close\r\nX: \r\n";
        Assert.Equal(expected, await GetStatusAsync($"X: {new string('x', length - Others.Length)}\r\n"));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed()
    {
        var sockets = new List<TcpClient>();
        try
        {
            for (var i = 0; i < MaxConnections; i++)
            {
                var socket = new TcpClient("127.0.0.1", _host.Client.BaseAddress!.Port);
                sockets.Add(socket);
                await socket.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Token);
                Assert.Equal('H', await ReadByteAsync(socket));
            }

            using var rejected = new TcpClient("127.0.0.1", _host.Client.BaseAddress!.Port);
            Assert.Equal(-1, await ReadByteAsync(rejected));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Requests_per_second_are_limited_for_each_caller()
    {
        await using var host = await GatewayHost.StartAsync(["--Limits:RequestsPerSecond", "1"], NamedCallers.Add);

        // The bucket may be refilled between two requests.
        var first = await Eventually.ReadsAsync(
            () => SendAsync(host.Client, "/api/v1/raida", "first"),
            response => response.StatusCode == HttpStatusCode.TooManyRequests,
            "a request to be rejected");
        using var second = await SendAsync(host.Client, "/api/v1/raida", "second");
        using var health = await SendAsync(host.Client, "/health/live", "first");

        await first.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal(TimeSpan.FromSeconds(1), first.Headers.RetryAfter?.Delta);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (second.StatusCode, health.StatusCode));
        first.Dispose();
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1")]
    public void Callers_without_a_key_are_told_apart_by_address(string address, string other)
    {
        // One token every 500 ms: a test that is suspended for less gets none in between.
        var limiter = CreateLimiter(new LimitOptions { RequestsPerSecond = 2 });

        var acquired = Enumerable.Range(0, 3).Select(_ => Acquire(limiter, address)).ToArray();

        Assert.Equal([true, true, false], acquired);
        Assert.True(Acquire(limiter, other));
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_are_one_caller()
    {
        var limiter = CreateLimiter(new LimitOptions { RequestsPerSecond = 1 });

        Assert.True(Acquire(limiter, "2001:db8::1"));
        Assert.False(Acquire(limiter, "2001:db8::ffff:2"));
    }

    [Fact]
    public void Caller_may_have_a_limit_of_its_own()
    {
        var limiter = CreateLimiter(new LimitOptions { RequestsPerSecond = 1 });
        var context = CreateContext("127.0.0.1");
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "shop"), new Claim("requests_per_second", "2")], "test"));

        var acquired = Enumerable.Range(0, 3).Select(_ => Acquire(limiter, context));

        Assert.Equal([true, true, false], acquired);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Programs_on_this_machine_are_not_limited_without_a_key(string address) =>
        Assert.False(RequestLimits.Apply(CreateContext(address)));

    [Theory]
    [InlineData("/events", "")]
    [InlineData("", "wait=1")]
    public async Task Waiting_requests_are_limited_for_each_caller_and_in_total(string suffix, string prefer)
    {
        var path = $"/api/v1/task/{await _host.StartAsync(HttpMethod.Post, "/api/v1/echo")}";
        using var first = await OpenAsync("first", "/events");
        using var sameCaller = await OpenAsync("first", suffix, prefer);
        using var second = await OpenAsync("second", "/events");
        using var another = await OpenAsync("third", suffix, prefer);
        using var anonymous = await OpenAsync(null, suffix, prefer);
        using var read = await OpenAsync("third", "");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [first.StatusCode, second.StatusCode, read.StatusCode]);
        foreach (var rejected in (HttpResponseMessage[])[sameCaller, another, anonymous])
        {
            await rejected.AssertErrorAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
            Assert.Equal(TimeSpan.FromSeconds(1), rejected.Headers.RetryAfter?.Delta);
        }

        first.Dispose();
        await Eventually.ReadsAsync(
            async () =>
            {
                using var response = await OpenAsync("third", suffix, prefer);
                return response.StatusCode;
            },
            status => status == HttpStatusCode.OK,
            "the end of the first stream");

        async Task<HttpResponseMessage> OpenAsync(string? caller, string resource, string preference = "")
        {
            using var request = NamedCallers.CreateRequest(HttpMethod.Get, path + resource, caller, ("Prefer", preference));
            return await _host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        }
    }

    [Theory]
    [InlineData("Limits:BodyBytes", "1")]
    [InlineData("Limits:Connections", "0")]
    [InlineData("Limits:HeaderBytes", "65537")]
    [InlineData("Limits:RequestsPerSecond", "0")]
    [InlineData("Limits:BodyTime", "00:00:00")]
    public async Task Limit_out_of_its_range_is_named(string setting, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.StartAsync([$"--{setting}", value]));

        Assert.Equal(LimitOptions.Section, setting.Split(':')[0]);
        Assert.Contains(setting.Split(':')[1], exception.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string caller)
    {
        using var request = NamedCallers.CreateRequest(HttpMethod.Get, path, caller);
        return await client.SendAsync(request, Token);
    }

    private static PartitionedRateLimiter<HttpContext> CreateLimiter(LimitOptions limits)
    {
        var options = new RateLimiterOptions();
        new RequestLimits(Options.Create(limits)).Configure(options);
        return options.GlobalLimiter!;
    }

    private static bool Acquire(PartitionedRateLimiter<HttpContext> limiter, string address) =>
        Acquire(limiter, CreateContext(address));

    private static bool Acquire(PartitionedRateLimiter<HttpContext> limiter, HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        return lease.IsAcquired;
    }

    private static DefaultHttpContext CreateContext(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    /// <summary>Reads a body that counts until it is disposed.</summary>
    private static async Task<CountedBody> ReadAsync(BodyBudget budget, int length)
    {
        var body = budget.Open(new DefaultHttpContext { Request = { Body = new MemoryStream(new byte[length]) } }.Request);
        try
        {
            await body.LimitTimeAsync(async stopped =>
            {
                await body.CopyToAsync(Stream.Null, stopped);
                return true;
            });
            return body;
        }
        catch (ApiException)
        {
            body.Dispose();
            throw;
        }
    }

    private static byte[] CreateUpload(int sent) => Encoding.ASCII.GetBytes(
        $"POST /api/v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{new string(' ', sent)}");

    private static async Task<int> ReadByteAsync(TcpClient socket)
    {
        var buffer = new byte[1];
        try
        {
            return await socket.GetStream().ReadAsync(buffer, Token) == 0 ? -1 : buffer[0];
        }
        catch (IOException)
        {
            return -1;
        }
    }

    private async Task<HttpStatusCode> PostAsync(int length)
    {
        using var content = CoinBodies.Json(new string(' ', length));
        using var response = await _host.Client.PostAsync("/api/v1/detect", content, Token);
        return response.StatusCode;
    }

    private async Task<string?> GetStatusAsync(string headers)
    {
        using var socket = new TcpClient("127.0.0.1", _host.Client.BaseAddress!.Port);
        var request = $"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadLineAsync(Token);
    }
}
