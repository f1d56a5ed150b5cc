using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;

namespace OrleansTasks.Testing;

/// <summary>A client of the HTTP interface.</summary>
public sealed class TaskClient(string address) : IDisposable
{
    /// <summary>How long to wait for a task to end or for an HTTP status.</summary>
    public TimeSpan Timeout { get; init; } = Eventually.DefaultTimeout;

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Polls a task until it has ended, and returns its payload.</summary>
    public static Task<JsonElement> ReadToEndAsync(HttpClient http, string id, TimeSpan? timeout = null) => Eventually.ReadsAsync(
        () => ReadAsync(http, id),
        task => task.GetProperty("status").GetString() != "running",
        $"task {id} to end",
        timeout);

    public async Task<string> StartEchoAsync(string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/echo");
        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        using var response = await Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return GetPayload(await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    public async Task<string> StartDetectAsync(CoinList coins)
    {
        using var body = new MemoryStream();
        await CoinJsonWriter.WriteAsync(body, coins, note: null, Token);
        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new("application/json");
        using var response = await Http.PostAsync("/api/v1/detect", content, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return GetPayload(await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    public Task<JsonElement> ReadAsync(string id) => ReadAsync(Http, id);

    /// <inheritdoc cref="ReadToEndAsync(HttpClient, string, TimeSpan?)"/>
    public Task<JsonElement> ReadToEndAsync(string id) => ReadToEndAsync(Http, id, Timeout);

    /// <summary>Polls until the response has the HTTP status, which takes a while when processes start or end.</summary>
    public Task WaitForStatusAsync(string path, HttpStatusCode expected) => Eventually.ReadsAsync(
        async () =>
        {
            try
            {
                using var response = await Http.GetAsync(path, Token);
                return $"{response.StatusCode}";
            }
            catch (Exception exception) when (
                exception is HttpRequestException or SocketException
                || (exception is OperationCanceledException && !Token.IsCancellationRequested))
            {
                // The client cancels a request that takes longer than its timeout.
                return exception.Message;
            }
        },
        seen => seen == $"{expected}",
        $"{path} to answer {expected}",
        Timeout);

    public void Dispose() => Http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpClient http, string id) =>
        GetPayload(await http.GetFromJsonAsync<JsonElement>($"/api/v1/task/{id}", Token));

    private static JsonElement GetPayload(JsonElement answer) => answer.GetProperty("payload");
}
