using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>What clients observed of one task.</summary>
internal sealed class TaskHistory
{
    /// <summary>Times are whole seconds, taken slightly before or after the client's.</summary>
    private const long Tolerance = 1;

    private readonly Exchange[] _exchanges;
    private readonly Exchange[] _views;
    private readonly Exchange[] _deletes;
    private readonly FaultWindow[] _stalls;
    private readonly List<string> _broken = [];

    /// <param name="id">The task.</param>
    /// <param name="exchanges">The exchanges that name the task, in the order of sending.</param>
    /// <param name="all">All exchanges of the run: an unanswered start may have begun this task.</param>
    /// <param name="stalls">When the test process, which hosts the RAIDA servers, was suspended.</param>
    public TaskHistory(string id, Exchange[] exchanges, Exchange[] all, FaultWindow[] stalls)
    {
        Id = id;
        _stalls = stalls;
        _exchanges = exchanges;
        _views = [.. exchanges.Where(exchange => exchange.Task is not null)];
        _deletes = [.. exchanges.Where(exchange => exchange.Kind == ExchangeKind.Delete)];
        Acknowledgement = exchanges.Where(exchange => exchange is { Kind: ExchangeKind.Start, Status: 202 }).MinBy(start => start.Answered);
        End = _views.Where(view => view.IsTerminal).MinBy(view => view.Answered);
        Content = Acknowledgement?.Content;
        FirstSent = Acknowledgement?.Key is { } key
            ? all.Where(exchange => exchange.Key == key).Min(exchange => exchange.Sent)
            : Acknowledgement?.Sent;
    }

    public string Id { get; }

    /// <summary>The first start that was answered with 202.</summary>
    public Exchange? Acknowledgement { get; }

    /// <summary>The first response that showed the task ended.</summary>
    public Exchange? End { get; }

    public TaskContent? Content { get; }

    /// <summary>When the first start that may have begun this task was sent.</summary>
    public TimeSpan? FirstSent { get; }

    public IReadOnlyList<string> Check(DateTimeOffset runStartedAt)
    {
        CheckThatItCanBeRead();
        CheckItsEnd();
        CheckProgress();
        CheckTimes(runStartedAt);
        return _broken;
    }

    private void CheckThatItCanBeRead()
    {
        foreach (var exchange in _exchanges)
        {
            var mayBeDeleted = _deletes.Any(delete => delete.Sent <= exchange.Answered);
            if (exchange.Status == 404 && !mayBeDeleted && Acknowledgement is { } start && start.Answered <= exchange.Sent)
            {
                _broken.Add($"An acknowledged task is missing: {exchange}");
            }

            var isDeleted = _deletes.Any(delete => delete.Status == 204 && delete.Answered <= exchange.Sent);
            if (exchange is { Kind: ExchangeKind.Read, Status: 200 } && isDeleted)
            {
                _broken.Add($"A deleted task is back: {exchange}");
            }
        }
    }

    private void CheckItsEnd()
    {
        if (Acknowledgement is not null && End is null && _deletes.Length == 0)
        {
            _broken.Add($"An acknowledged task did not end: {Acknowledgement} ... {_exchanges[^1]}");
        }

        if (End is null)
        {
            return;
        }

        foreach (var view in _views)
        {
            if (view.IsTerminal && view.Body != End.Body)
            {
                _broken.Add($"Two ends of one task: {End} | {view}");
            }
            else if (!view.IsTerminal && view.Sent >= End.Answered)
            {
                _broken.Add($"A task that had ended is running again: {End} | {view}");
            }
        }

        var wasCancelled = _exchanges.Any(exchange => exchange.Kind == ExchangeKind.Cancel && exchange.Sent <= End.Answered);
        var end = End.Task!.Value;
        var mayFail = FirstSent is { } from && _stalls.Any(stall => stall.Overlaps(from, End.Answered));
        var isExcused = end.GetProperty("message").GetString() is { } message
            && ((wasCancelled && message == "Cancelled") || (mayFail && message.StartsWith("No coin reached quorum", StringComparison.Ordinal)));
        if (end.GetProperty("status").GetString() == "error" && !isExcused)
        {
            _broken.Add($"A task ended in error that nobody cancelled: {End}");
        }
    }

    private void CheckProgress()
    {
        foreach (var view in _views)
        {
            var progress = GetNumber(view, "progress");
            if (progress is < 0 or > 100 || (progress == 100) != view.IsTerminal)
            {
                _broken.Add($"Impossible progress: {view}");
            }

            if (_views.FirstOrDefault(earlier => earlier.Answered <= view.Sent && GetNumber(earlier, "progress") > progress) is { } higher)
            {
                _broken.Add($"Progress fell: {higher} | {view}");
            }
        }
    }

    private void CheckTimes(DateTimeOffset runStartedAt)
    {
        foreach (var view in _views)
        {
            var started = GetNumber(view, "started");
            var seen = (runStartedAt + view.Answered).ToUnixTimeSeconds();
            if (started != GetNumber(_views[0], "started") || started > seen + Tolerance)
            {
                _broken.Add($"Its start time changed, or lies in the future: {view}");
            }

            if (FirstSent is { } sent && started < (runStartedAt + sent).ToUnixTimeSeconds() - Tolerance)
            {
                _broken.Add($"It started before it was requested: {view}");
            }

            var hasFinished = view.Task!.Value.TryGetProperty("finished", out var finished);
            if (hasFinished != view.IsTerminal || (hasFinished && (finished.GetInt64() < started || finished.GetInt64() > seen + Tolerance)))
            {
                _broken.Add($"Started and finished are out of order: {view}");
            }
        }
    }

    private static long GetNumber(Exchange view, string member) => view.Task!.Value.GetProperty(member) is { ValueKind: JsonValueKind.Number } value
        ? value.GetInt64()
        : throw new InvalidDataException($"{member} is not a number: {view}");
}
