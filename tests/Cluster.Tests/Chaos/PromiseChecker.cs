namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// Finds broken promises in a run's record. Knows nothing of the processes: only what clients observed counts.
/// </summary>
internal sealed class PromiseChecker(RunRecord record)
{
    /// <summary>
    /// The longest that a fault may delay a response: 8 s until the gateway times out, and a margin for a busy machine on which processes
    /// start all the time.
    /// </summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);

    private readonly FaultWindow[] _stalls = [.. record.Faults.Where(fault => fault.Kind == FaultKind.Stall)];
    private readonly List<string> _broken = [];

    /// <summary>Returns all broken promises, each with the exchange that shows it.</summary>
    public IReadOnlyList<string> Check()
    {
        var exchanges = record.Exchanges.OrderBy(exchange => exchange.Sent).ToArray();
        foreach (var exchange in exchanges)
        {
            CheckAnswer(exchange);
        }

        CheckKeys(exchanges);
        var results = new ResultChecker(record);
        foreach (var task in exchanges.Where(exchange => exchange.TaskId is not null).GroupBy(exchange => exchange.TaskId!))
        {
            var history = new TaskHistory(task.Key, [.. task], exchanges, _stalls);
            _broken.AddRange(history.Check(record.StartedAt));
            if (history is { End: { } end, Content: { } content, FirstSent: { } firstSent })
            {
                _broken.AddRange(results.Check(end.Task!.Value, content, firstSent, end.Answered).Select(what => $"{what}: {end}"));
            }
        }

        return _broken;
    }

    /// <summary>Every response is one that the interface defines, and arrives in time.</summary>
    private void CheckAnswer(Exchange exchange)
    {
        var stalled = _stalls.Where(stall => stall.Overlaps(exchange.Sent, exchange.Answered))
            .Aggregate(TimeSpan.Zero, (sum, stall) => sum + stall.Over - stall.Begun);
        if (exchange.Answered - exchange.Sent > LongestAnswer + stalled)
        {
            _broken.Add($"A response took {(exchange.Answered - exchange.Sent).TotalSeconds:0.0} s: {exchange}");
        }

        var isExpected = (exchange.Kind, exchange.Status, exchange.Code) switch
        {
            (_, null, _) => true,
            (_, 503, "unavailable") => exchange.HasRetryAfter,
            (ExchangeKind.Start, 202, _) => exchange.HasRetryAfter,
            (ExchangeKind.Start, 422, "idempotency-key-reused") => true,
            (ExchangeKind.Start, 409, "task-deleted") => true,
            (ExchangeKind.Read, 200, _) => exchange.HasRetryAfter != exchange.IsTerminal,
            (ExchangeKind.Read or ExchangeKind.Cancel or ExchangeKind.Delete, 404, "task-not-found") => true,
            (ExchangeKind.Cancel, 200, _) => exchange.IsTerminal,
            (ExchangeKind.Cancel, 409, "task-finished") => true,
            (ExchangeKind.Delete, 204, _) => true,
            _ => false,
        };
        if (!isExpected)
        {
            _broken.Add($"A response that the interface does not define here: {exchange}");
        }
    }

    /// <summary>A key never names two tasks, no task of other content once it is acknowledged, and none once that task is deleted.</summary>
    private void CheckKeys(Exchange[] exchanges)
    {
        foreach (var key in exchanges.Where(exchange => exchange.Key is not null).GroupBy(exchange => exchange.Key!))
        {
            var starts = key.Where(exchange => exchange.Status == 202).ToArray();
            if (starts.Select(start => start.TaskId).Distinct().Count() > 1)
            {
                _broken.Add($"One key, several tasks: {string.Join(" | ", starts.Select(start => start.ToString()))}");
            }

            var deletes = exchanges
                .Where(exchange => exchange.Kind == ExchangeKind.Delete && starts.Any(start => start.TaskId == exchange.TaskId))
                .ToArray();
            _broken.AddRange(starts
                .Where(start => deletes.Any(delete => delete.Status == 204 && delete.Answered <= start.Sent))
                .Select(start => $"A deleted task was started again: {start}"));
            _broken.AddRange(key
                .Where(start => start.Status == 409 && !deletes.Any(delete => delete.Sent <= start.Answered))
                .Select(start => $"A start was rejected for a deletion that nobody sent: {start}"));

            // The load sends other content only after an acknowledgement: the content first acknowledged is the key's.
            if (starts.MinBy(start => start.Answered)?.Content is { } content)
            {
                _broken.AddRange(key
                    .Where(start => start.Status == 202 && start.Content!.ToString() != content.ToString())
                    .Select(start => $"Other content was accepted under the same key: {start}"));
                _broken.AddRange(key
                    .Where(start => start.Status == 422 && start.Content!.ToString() == content.ToString())
                    .Select(start => $"The same content was rejected under its own key: {start}"));
            }
        }
    }
}
