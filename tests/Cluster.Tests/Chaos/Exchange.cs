using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>One request of the load and what came of it.</summary>
internal sealed record Exchange
{
    public required ExchangeKind Kind { get; init; }

    public required int Gateway { get; init; }

    /// <summary>On the run's clock.</summary>
    public required TimeSpan Sent { get; init; }

    /// <summary>On the run's clock: when the answer was there, or it was clear that none comes.</summary>
    public required TimeSpan Answered { get; init; }

    /// <summary>A start's content.</summary>
    public TaskContent? Content { get; init; }

    /// <summary>A start's Idempotency-Key.</summary>
    public string? Key { get; init; }

    /// <summary>The HTTP status; null when no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>Why no answer came.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the answer had a Retry-After.</summary>
    public bool HasRetryAfter { get; init; }

    /// <summary>The answer's body as it came.</summary>
    public string Body { get; init; } = "";

    /// <summary>The task that was asked for, or that a start gave.</summary>
    public string? TaskId { get; init; }

    /// <summary>The task in the answer.</summary>
    public JsonElement? Task { get; init; }

    /// <summary>The error's code in the answer.</summary>
    public string? Code { get; init; }

    public bool IsTerminal => Task is { } task && task.GetProperty("status").GetString() != "running";

    public override string ToString() =>
        $"{Sent.TotalSeconds:0.000}..{Answered.TotalSeconds:0.000} {Kind} {TaskId} {Key} over gateway {Gateway}: "
        + $"{Status} {Failure} {(Body.Length > 200 ? Body[..200] : Body)}";
}
