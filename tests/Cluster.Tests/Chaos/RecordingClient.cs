using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>A client of several gateways that records every request and its outcome.</summary>
internal sealed class RecordingClient : IDisposable
{
    private readonly RunRecord _record;
    private readonly HttpClient[] _gateways;

    public RecordingClient(RunRecord record, IEnumerable<string> addresses)
    {
        _record = record;

        // Longer than any response may take: the checker reports such a response.
        _gateways = [.. addresses.Select(address => new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(20) })];
    }

    public Task<Exchange> StartAsync(int gateway, TaskContent content, string? key, CancellationToken cancellationToken) => SendAsync(
        gateway,
        new Exchange { Kind = ExchangeKind.Start, Gateway = gateway, Content = content, Key = key, Sent = default, Answered = default },
        cancellationToken);

    public Task<Exchange> AskAsync(ExchangeKind kind, int gateway, string id, CancellationToken cancellationToken) => SendAsync(
        gateway,
        new Exchange { Kind = kind, Gateway = gateway, TaskId = id, Sent = default, Answered = default },
        cancellationToken);

    public void Dispose()
    {
        foreach (var gateway in _gateways)
        {
            gateway.Dispose();
        }
    }

    private async Task<Exchange> SendAsync(int gateway, Exchange exchange, CancellationToken cancellationToken)
    {
        using var request = await CreateRequestAsync(exchange, cancellationToken);
        exchange = exchange with { Sent = _record.Now };
        try
        {
            using var response = await _gateways[gateway].SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            exchange = exchange with
            {
                Answered = _record.Now,
                Status = (int)response.StatusCode,
                HasRetryAfter = response.Headers.RetryAfter is not null,
                Body = body,
            };
            exchange = ReadPayload(exchange);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            exchange = exchange with { Answered = _record.Now, Failure = $"{exception.GetType().Name}: {exception.Message}" };
        }

        _record.Exchanges.Enqueue(exchange);
        return exchange;
    }

    private async Task<HttpRequestMessage> CreateRequestAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var request = exchange.Kind switch
        {
            ExchangeKind.Start => new HttpRequestMessage(HttpMethod.Post, exchange.Content!.Coins is null ? "/api/v1/echo" : "/api/v1/detect"),
            ExchangeKind.Read => new HttpRequestMessage(HttpMethod.Get, $"/api/v1/task/{exchange.TaskId}"),
            ExchangeKind.Cancel => new HttpRequestMessage(HttpMethod.Post, $"/api/v1/task/{exchange.TaskId}/cancel"),
            _ => new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/task/{exchange.TaskId}"),
        };
        if (exchange.Content?.Coins is { } coins)
        {
            request.Content = new ByteArrayContent(await _record.Purse.WriteJsonAsync(coins, cancellationToken));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (exchange.Key is { } key)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return request;
    }

    private static Exchange ReadPayload(Exchange exchange)
    {
        if (exchange.Body.Length == 0)
        {
            return exchange;
        }

        var payload = JsonElement.Parse(exchange.Body).GetProperty("payload");
        return exchange.Status is >= 200 and < 300
            ? exchange with { Task = payload, TaskId = exchange.TaskId ?? payload.GetProperty("id").GetString() }
            : exchange with { Code = payload.GetProperty("code").GetString() };
    }
}
