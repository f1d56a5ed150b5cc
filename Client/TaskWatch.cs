using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrleansTasks.Client;

/// <summary>
/// Reads a task change by change: from server-sent events, or where these do not arrive, by long polling; where that is ignored, by polling at the pace
/// that the service asks for. Reconnects.
/// </summary>
/// <param name="reconnectFor">How long calls may fail until the failure is final.</param>
/// <param name="onlyEnd">Whether only the end matters.</param>
internal sealed class TaskWatch(OrleansTasksClient client, Guid id, TimeSpan reconnectFor, bool onlyEnd) : IAsyncDisposable
{
    // Shorter than the 60 s after which proxies usually end a silent request.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly bool _onlyEnd = onlyEnd;
    private bool _polls = onlyEnd;
    private RaidaTask? _last;
    private long? _failingSince;

    private HttpResponseMessage? _response;
    private IAsyncEnumerator<SseItem<RaidaTask?>>? _events;
    private string? _lastEventId;
    private bool _hasEvent;

    private TimeSpan _wait = onlyEnd ? LongestWait : TimeSpan.Zero;
    private TimeSpan _pauseBetweenPolls;

    /// <summary>Returns the task after the next change.</summary>
    public async Task<RaidaTask> ReadNextAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var task = _polls
                    ? await PollAsync(cancellationToken).ConfigureAwait(false)
                    : await ReadEventAsync(cancellationToken).ConfigureAwait(false);
                if (task is not null && task != _last)
                {
                    return _last = task;
                }
            }
            catch (OrleansTasksException exception) when (exception.IsTransient)
            {
                // Clients that a restart has disconnected should not return at the same time.
                var next = (exception.RetryAfter > pause ? exception.RetryAfter.Value : pause) * (1 + (0.5 * Random.Shared.NextDouble()));
                _failingSince ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(_failingSince.Value) + next > reconnectFor)
                {
                    throw;
                }

                await Task.Delay(next, cancellationToken).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
        {
            await _events.DisposeAsync().ConfigureAwait(false);
            _events = null;
        }

        _response?.Dispose();
        _response = null;
    }

    private async Task<RaidaTask?> PollAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_pauseBetweenPolls, cancellationToken).ConfigureAwait(false);
        var sent = Stopwatch.GetTimestamp();
        var (task, retryAfter) = await client.PollAsync(id, _wait, cancellationToken).ConfigureAwait(false);
        _failingSince = null;

        // A server or proxy that ignores the wait responds at once.
        _pauseBetweenPolls = Stopwatch.GetElapsedTime(sent) >= _wait / 2 ? TimeSpan.Zero : retryAfter;
        _wait = _onlyEnd || retryAfter > LongestWait ? LongestWait : retryAfter;
        return task;
    }

    /// <returns>Null if the event is not one of a task, or if it takes polling to read the task.</returns>
    private async Task<RaidaTask?> ReadEventAsync(CancellationToken cancellationToken)
    {
        if (_events is null && !await TryOpenEventsAsync(cancellationToken).ConfigureAwait(false))
        {
            _polls = true;
            return null;
        }

        Exception problem;
        try
        {
            if (await _events!.MoveNextAsync().ConfigureAwait(false))
            {
                _hasEvent = true;
                _lastEventId = _events.Current.EventId ?? _lastEventId;
                return _events.Current.Data;
            }

            problem = new EndOfStreamException("The stream of events ended before the task.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or JsonException)
        {
            problem = exception;
        }

        // A proxy that collects events lets none pass.
        _polls = !_hasEvent || problem is JsonException;
        await DisposeAsync().ConfigureAwait(false);
        throw client.CreateUnreachable(problem);
    }

    private async Task<bool> TryOpenEventsAsync(CancellationToken cancellationToken)
    {
        try
        {
            _response = await client.OpenEventsAsync(id, _lastEventId, cancellationToken).ConfigureAwait(false);
        }
        catch (OrleansTasksException exception) when (!exception.IsTransient || exception.StatusCode is HttpStatusCode.TooManyRequests)
        {
            // Reading the task shows whether the task is the problem, or only its events are.
            return false;
        }

        _failingSince = null;
        _hasEvent = false;
        if (_response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            // Among them the 204 of a task that has ended.
            return false;
        }

        var stream = await client.ReadEventsAsync(_response, cancellationToken).ConfigureAwait(false);
        _events = SseParser.Create(stream, Parse).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        return true;
    }

    /// <returns>Null if the event is not one of a task.</returns>
    private static RaidaTask? Parse(string eventType, ReadOnlySpan<byte> data) =>
        eventType == "task" ? JsonSerializer.Deserialize(data, ClientJson.Default.EnvelopeRaidaTask)?.Payload : null;
}
