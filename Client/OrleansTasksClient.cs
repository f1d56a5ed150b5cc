using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;

namespace OrleansTasks.Client;

/// <summary>
/// A client of the HTTP interface. Safe for concurrent use. Every method throws <see cref="OrleansTasksException"/> if the service rejects a call or
/// cannot be reached.
/// </summary>
/// <remarks>
/// <see cref="Microsoft.Extensions.DependencyInjection.OrleansTasksClientServices.AddOrleansTasksClient"/> creates one that retries failed calls.
/// </remarks>
public sealed class OrleansTasksClient
{
    private static readonly TimeSpan ResponseMargin = TimeSpan.FromSeconds(15);

    private readonly HttpClient _calls;
    private readonly HttpClient _waits;
    private readonly OrleansTasksClientOptions _options;
    private readonly Uri _api;

    /// <summary>Creates a client that does not retry failed calls. Only waiting and watching reconnect.</summary>
    /// <param name="http">Sends the requests. Its redirects should be off: they could forward keys and coins to another host.</param>
    /// <param name="options">The address and the key.</param>
    public OrleansTasksClient(HttpClient http, OrleansTasksClientOptions options)
        : this(http, http, options)
    {
    }

    internal OrleansTasksClient(HttpClient calls, HttpClient waits, OrleansTasksClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(options);
        _calls = calls;
        _waits = waits;
        _options = options;
        _api = new Uri($"{options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/");
    }

    /// <summary>Starts an echo.</summary>
    /// <param name="idempotencyKey">
    /// 1 to 255 visible ASCII characters. A second start with the same key returns the same task. If null, a new random key makes retries within
    /// this call safe.
    /// </param>
    /// <param name="cancellationToken">Abandons the call; the task may have been started.</param>
    /// <returns>The new task, which usually is still running.</returns>
    public Task<RaidaTask> StartEchoAsync(string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        StartAsync("echo", content: null, idempotencyKey, cancellationToken);

    /// <summary>Starts a detect of coins.</summary>
    /// <param name="coins">At least one; the service limits their number, to 10,000 by default.</param>
    /// <inheritdoc cref="StartEchoAsync"/>
    public async Task<RaidaTask> StartDetectAsync(
        IEnumerable<Coin> coins,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new CoinsToDetect([.. coins]), ClientJson.Default.CoinsToDetect);
        using var content = CreateContent(body, "application/json");
        return await StartAsync("detect", content, idempotencyKey, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a detect of the coins in a coin file, binary or JSON.</summary>
    /// <param name="coinFile">Read to its end into memory, and sent as it is.</param>
    /// <inheritdoc cref="StartEchoAsync"/>
    public async Task<RaidaTask> StartDetectAsync(
        Stream coinFile,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(coinFile);

        // A retry sends it again.
        using var body = new MemoryStream();
        await coinFile.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        using var content = CreateContent(body.ToArray(), "application/octet-stream");
        return await StartAsync("detect", content, idempotencyKey, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a detect of the coins in several coin files, binary or JSON, as one list.</summary>
    /// <param name="coinFiles">The paths of the files, which are sent as they are.</param>
    /// <inheritdoc cref="StartEchoAsync"/>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public async Task<RaidaTask> StartDetectAsync(
        IEnumerable<string> coinFiles,
        string? idempotencyKey = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(coinFiles);
        using var form = new MultipartFormDataContent();
        foreach (var path in coinFiles)
        {
            var file = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
#pragma warning disable CA2000 // The form disposes its parts.
            var content = CreateContent(file, "application/octet-stream");
#pragma warning restore CA2000
            form.Add(content, "file", Path.GetFileName(path));
        }

        return await StartAsync("detect", form, idempotencyKey, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a task as it is now.</summary>
    public async Task<RaidaTask> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        await CallAsync(HttpMethod.Get, GetTaskPath(id), ClientJson.Default.EnvelopeRaidaTask, cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the end of a task. Reconnects if the connection breaks or the service restarts.</summary>
    /// <param name="id">The task.</param>
    /// <param name="progress">Receives the task as it is now and after each change, including the last one.</param>
    /// <param name="cancellationToken">Ends the wait, and not the task.</param>
    /// <returns>The ended task, completed or in error.</returns>
    public async Task<RaidaTask> WaitAsync(Guid id, IProgress<RaidaTask>? progress = null, CancellationToken cancellationToken = default)
    {
        // Without anybody who looks at the changes, one long poll replaces many events.
        await using var watch = new TaskWatch(this, id, _options.ReconnectFor, onlyEnd: progress is null);
        while (true)
        {
            var task = await watch.ReadNextAsync(cancellationToken).ConfigureAwait(false);
            progress?.Report(task);
            if (task.HasEnded)
            {
                return task;
            }
        }
    }

    /// <summary>
    /// Watches a task: as it is now, then after each change (at most 10 a second), until it has ended. Uses server-sent events, and reconnects without
    /// a gap; where a proxy does not let events pass, polls.
    /// </summary>
    /// <param name="id">The task.</param>
    /// <param name="cancellationToken">Ends the watch, and not the task.</param>
    public async IAsyncEnumerable<RaidaTask> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var watch = new TaskWatch(this, id, _options.ReconnectFor, onlyEnd: false);
        RaidaTask task;
        do
        {
            task = await watch.ReadNextAsync(cancellationToken).ConfigureAwait(false);
            yield return task;
        }
        while (!task.HasEnded);
    }

    /// <summary>Ends a running task in error, with the message <c>Cancelled</c>.</summary>
    /// <returns>The ended task.</returns>
    /// <exception cref="OrleansTasksException">Also with the code <c>task-finished</c>, if the task had already ended.</exception>
    public async Task<RaidaTask> CancelAsync(Guid id, CancellationToken cancellationToken = default) =>
        await CallAsync(HttpMethod.Post, $"{GetTaskPath(id)}/cancel", ClientJson.Default.EnvelopeRaidaTask, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes a task; a running one is cancelled first.</summary>
    /// <returns>False if there is no such task, also after a retry of a call whose response was lost.</returns>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        using var request = CreateRequest(HttpMethod.Delete, GetTaskPath(id));
        try
        {
            using var response = await SendAsync(_calls, request, timeout: null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OrleansTasksException exception) when (exception.Code == "task-not-found")
        {
            return false;
        }
    }

    /// <summary>Lists the caller's tasks, newest first, page by page as they are enumerated.</summary>
    /// <param name="status">Only tasks in this state; all if null.</param>
    /// <param name="kind">Only tasks of this kind; all if null.</param>
    /// <param name="pageSize">How many tasks a call requests, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public async IAsyncEnumerable<TaskSummary> ListAsync(
        RaidaTaskStatus? status = null,
        RaidaTaskKind? kind = null,
        int pageSize = 100,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = $"tasks?limit={pageSize.ToString(CultureInfo.InvariantCulture)}"
            + GetFilter("status", status, ClientJson.Default.RaidaTaskStatus)
            + GetFilter("kind", kind, ClientJson.Default.RaidaTaskKind);
        TaskPage page;
        Guid? after = null;
        do
        {
            page = await CallAsync(
                HttpMethod.Get,
                after is null ? query : $"{query}&after={after}",
                ClientJson.Default.EnvelopeTaskPage,
                cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
            {
                yield return task;
            }

            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Reads the state of the 25 servers.</summary>
    public Task<NetworkReport> GetServersAsync(CancellationToken cancellationToken = default) =>
        CallAsync(HttpMethod.Get, "raida", ClientJson.Default.EnvelopeNetworkReport, cancellationToken);

    /// <summary>Reads a task when it has ended or the wait is over.</summary>
    /// <returns>The task, and when to read it again.</returns>
    internal async Task<(RaidaTask Task, TimeSpan RetryAfter)> PollAsync(Guid id, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(HttpMethod.Get, GetTaskPath(id));
        if (wait > TimeSpan.Zero)
        {
            request.Headers.Add("Prefer", $"wait={Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)}");
        }

        using var response = await SendAsync(_waits, request, wait + ResponseMargin, cancellationToken).ConfigureAwait(false);
        var task = await ReadAsync(response, ClientJson.Default.EnvelopeRaidaTask, cancellationToken).ConfigureAwait(false);
        return (task, GetRetryAfter(response) ?? TimeSpan.FromSeconds(1));
    }

    /// <summary>Opens the stream of a task's events.</summary>
    /// <param name="lastEventId">The last event that was received; null for the first stream.</param>
    internal async Task<HttpResponseMessage> OpenEventsAsync(Guid id, string? lastEventId, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(HttpMethod.Get, $"{GetTaskPath(id)}/events");
        request.Headers.Accept.Add(new("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await SendAsync(_waits, request, ResponseMargin, cancellationToken, streams: true).ConfigureAwait(false);
    }

    internal async Task<Stream> ReadEventsAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new SilenceLimitedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _options.SilenceLimit);

    private static string GetTaskPath(Guid id) => $"task/{id}";

    private static string GetFilter<T>(string name, T? value, JsonTypeInfo<T> type)
        where T : struct => value is { } given ? $"&{name}={JsonSerializer.SerializeToElement(given, type).GetString()}" : "";

    private static ByteArrayContent CreateContent(byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    private static TimeSpan? GetRetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > DateTimeOffset.UtcNow => date - DateTimeOffset.UtcNow,
        _ => null,
    };

    private async Task<RaidaTask> StartAsync(string path, HttpContent? content, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(HttpMethod.Post, path);
        request.Content = content;
        request.Headers.Add("Idempotency-Key", idempotencyKey ?? Guid.NewGuid().ToString());
        using var response = await SendAsync(_calls, request, timeout: null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, ClientJson.Default.EnvelopeRaidaTask, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> CallAsync<T>(HttpMethod method, string path, JsonTypeInfo<Envelope<T>> type, CancellationToken cancellationToken)
        where T : class
    {
        using var request = CreateRequest(method, path);
        using var response = await SendAsync(_calls, request, timeout: null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage CreateRequest(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(_api, path));
        if (_options.ApiKey is { } key)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        if (_options.BearerToken is { } token)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return request;
    }

    /// <summary>Sends a request and returns a successful response.</summary>
    /// <param name="timeout">The limit until the headers; null for that of the HTTP client.</param>
    /// <param name="streams">Whether the body is a stream, which is read as it arrives. Any other body is complete.</param>
    private async Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        HttpRequestMessage request,
        TimeSpan? timeout,
        CancellationToken cancellationToken,
        bool streams = false)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout ?? Timeout.InfiniteTimeSpan);
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!streams || !response.IsSuccessStatusCode)
            {
                // The timeouts of the HTTP client end with the headers.
                either.CancelAfter(_options.BodyTimeout);
                await response.Content.LoadIntoBufferAsync(either.Token).ConfigureAwait(false);
            }
        }
        // A SocketException comes from a connection that is closed as soon as it is open.
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or ExecutionRejectedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            response?.Dispose();
            throw CreateUnreachable(exception);
        }

        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw await ReadErrorAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }

        return response;
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<Envelope<T>> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var envelope = await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false);
            return envelope?.Payload ?? throw new JsonException("The response has no payload.");
        }
        catch (JsonException exception)
        {
            throw CreateUnexpected(response, exception);
        }
    }

    private async Task<OrleansTasksException> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ErrorPayload error;
        try
        {
            error = await ReadAsync(response, ClientJson.Default.EnvelopeErrorPayload, cancellationToken).ConfigureAwait(false);
        }
        catch (OrleansTasksException exception)
        {
            return CreateUnexpected(response, exception);
        }

        return new(error.Code, error.Message)
        {
            StatusCode = response.StatusCode,
            RetryAfter = GetRetryAfter(response),
            TraceId = error.TraceId,
            Path = error.Path,
            Errors = error.Errors,
            Line = error.Line,
            Position = error.Position,
            Offset = error.Offset,
        };
    }

    internal OrleansTasksException CreateUnreachable(Exception exception) => new(
        OrleansTasksException.Unreachable,
        $"The service at {_options.Address} cannot be reached or did not respond: {exception.Message}",
        exception);

    private OrleansTasksException CreateUnexpected(HttpResponseMessage response, Exception exception) => new(
        OrleansTasksException.UnexpectedResponse,
        $"The server at {_options.Address} sent HTTP {(int)response.StatusCode} without a response of OrleansTasks.",
        exception)
    {
        StatusCode = response.StatusCode,
        RetryAfter = GetRetryAfter(response),
    };
}
