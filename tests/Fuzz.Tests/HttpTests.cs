using System.Net;
using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Silo;

namespace OrleansTasks.Fuzz.Tests;

/// <summary>Random requests to the whole service.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private static readonly string[] Headers =
        ["Idempotency-Key", "Prefer", "Last-Event-ID", "If-None-Match", "Origin", "Sec-Fetch-Site", "Authorization", "X-Api-Key", "Content-Encoding", "Accept", "Expect", "Range"];

    private static readonly string[] Paths = ["/api/v1/echo", "/api/v1/detect", "/api/v1/raida", "/api/v1/tasks", "/api/v1/task/", "/health/ready", "/openapi/v1.json", "/docs/", "/"];

    private static readonly string[] Values =
        ["", "*", "\"x\"", "wait=0", "wait=-1", "wait=99999999999", "-1", "9223372036854775808", "null", "gzip", "Bearer x", "bdc8e99d-dd8a-40e9-8840-f9f8eef16c71", "bytes=0-", "100-continue"];

    private static readonly Gen<string> Text = Gen.Frequency((3, OneOf(Values)), (1, Gen.String[Gen.Char[' ', 'ÿ'], 0, 300]));

    private static readonly Gen<byte[]> Body = Gen.OneOf(
        Gen.Byte.Array[0, 2000],
        OneOf("{", "[", "\"", "{\"coins\":[{\"sn\":1,\"ans\":[", "{\"coins\":[]}", ",", "--b\r\n", "\r\n\r\n", "1e9999").Array[0, 50].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))));

    private static readonly Gen<Request> Requests = Gen.Select(
        OneOf("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X"),
        OneOf(Paths),
        Gen.Frequency((2, Gen.Const("")), (1, Text)),
        Gen.Select(OneOf(Headers), Text).Array[0, 4],
        OneOf("application/json", "application/octet-stream", "multipart/form-data; boundary=b", "x", ""),
        Body,
        (method, path, suffix, headers, type, body) => new Request(method, path + Uri.EscapeDataString(suffix), headers, type, body));

    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await SiloApplication.CreateAsync(
            ["--urls", "http://127.0.0.1:0", "--Tasks:Storage", "Memory", "--Orleans:Endpoints:SiloPort", "0", "--Orleans:Endpoints:GatewayPort", "0"]);
        await _app.StartAsync(Token);
        _client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1 })
        {
            BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    [Fact]
    public Task No_request_is_answered_with_an_internal_error() => Requests.SampleAsync(
        async request =>
        {
            using var message = request.Create();
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Token);
            return response.StatusCode is < HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable;
        },
        iter: Scale.Choose(usual: 3000, full: 100_000),
        threads: 2,
        print: request => request.ToString());

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>One request.</summary>
    private sealed record Request(string Method, string Target, (string Name, string Value)[] Headers, string ContentType, byte[] Body)
    {
        public override string ToString() =>
            $"{Method} {Target} [{string.Join("; ", Headers.Select(header => $"{header.Name}: {header.Value}"))}] {ContentType} {Convert.ToBase64String(Body)}";

        public HttpRequestMessage Create()
        {
            var message = new HttpRequestMessage(new HttpMethod(Method), Target);
            if (Method is "POST" or "PUT")
            {
                message.Content = new ByteArrayContent(Body);
                message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }

            foreach (var (name, value) in Headers)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }

            return message;
        }
    }
}
