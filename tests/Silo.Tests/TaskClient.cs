using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Raida.CoinFiles;
using Raida.Coins;

namespace OrleansTasks.Silo.Tests;

/// <summary>A client of the HTTP interface.</summary>
internal sealed class TaskClient(string address) : IDisposable
{
    /// <summary>How long to wait for what must come; 30 s unless told.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(20) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    public async Task<JsonElement> ReadAsync(string id) => GetPayload(await Http.GetFromJsonAsync<JsonElement>($"/api/v1/task/{id}", Token));

    public async Task<JsonElement> ReadToEndAsync(string id)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience)
        {
            var task = await ReadAsync(id);
            if (task.GetProperty("status").GetString() != "running")
            {
                return task;
            }
        }

        throw new TimeoutException($"Waited in vain for task {id} to end.");
    }

    /// <summary>Asks until the answer has the HTTP status, which takes a while when processes start or end.</summary>
    public async Task WaitForStatusAsync(string path, HttpStatusCode expected)
    {
        var watch = Stopwatch.StartNew();
        var seen = "no answer";
        while (watch.Elapsed < Patience)
        {
            try
            {
                using var response = await Http.GetAsync(path, Token);
                if (response.StatusCode == expected)
                {
                    return;
                }

                seen = $"{(int)response.StatusCode}";
            }
            catch (Exception exception) when (exception is HttpRequestException or System.Net.Sockets.SocketException)
            {
                seen = exception.Message;
            }
        }

        throw new TimeoutException($"Waited in vain for {path} to answer {(int)expected}; last seen: {seen}");
    }

    public void Dispose() => Http.Dispose();

    private static JsonElement GetPayload(JsonElement answer) => answer.GetProperty("payload");
}
