namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// Reads a run's record and says what was promised and not kept. Knows nothing of the processes: what clients saw is all that counts.
/// </summary>
internal sealed class PromiseChecker(RunRecord record)
{
    /// <summary>
    /// What a fault may cost one caller: 5 s until the gateway gives up, and what a busy machine adds, on which processes start all the time.
    /// </summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(8);

    private readonly List<string> _broken = [];

    /// <summary>All broken promises, each with the exchange that shows it.</summary>
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
            var history = new TaskHistory(task.Key, [.. task], exchanges);
            _broken.AddRange(history.Check(record.StartedAt));
            if (history is { End: { } end, Content: { } content, FirstSent: { } firstSent })
            {
                _broken.AddRange(results.Check(end.Task!.Value, content, firstSent, end.Answered).Select(what => $"{what}: {end}"));
            }
        }

        return _broken;
    }

    /// <summary>Every answer is one of those that the interface names, and comes in time.</summary>
    private void CheckAnswer(Exchange exchange)
    {
        if (exchange.Answered - exchange.Sent > LongestAnswer)
        {
            _broken.Add($"An answer took {(exchange.Answered - exchange.Sent).TotalSeconds:0.0} s: {exchange}");
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
            _broken.Add($"An answer that the interface does not have here: {exchange}");
        }
    }

    /// <summary>The same key never names two tasks, never one of other content once it is acknowledged, and none once that is deleted.</summary>
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

            // The load sends other content only after an acknowledgement: what was acknowledged first is the key's content.
            if (starts.MinBy(start => start.Answered)?.Content is { } content)
            {
                _broken.AddRange(key
                    .Where(start => start.Status == 202 && start.Content!.ToString() != content.ToString())
                    .Select(start => $"Other content was taken under the same key: {start}"));
                _broken.AddRange(key
                    .Where(start => start.Status == 422 && start.Content!.ToString() == content.ToString())
                    .Select(start => $"The same content was refused under its own key: {start}"));
            }
        }
    }
}
