using System.Text.Json;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>One request of the load and its outcome.</summary>
internal sealed record Exchange
{
    public required ExchangeKind Kind { get; init; }

    public required int Gateway { get; init; }

    /// <summary>On the run's clock.</summary>
    public required TimeSpan Sent { get; init; }

    /// <summary>The time of the response or failure, on the run's clock.</summary>
    public required TimeSpan Answered { get; init; }

    /// <summary>A start's content.</summary>
    public TaskContent? Content { get; init; }

    /// <summary>A start's Idempotency-Key.</summary>
    public string? Key { get; init; }

    /// <summary>The HTTP status; null without a response.</summary>
    public int? Status { get; init; }

    /// <summary>Why there was no response.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the response had a Retry-After header.</summary>
    public bool HasRetryAfter { get; init; }

    /// <summary>The body of the response.</summary>
    public string Body { get; init; } = "";

    /// <summary>The task that the request names, or that a start returned.</summary>
    public string? TaskId { get; init; }

    /// <summary>The task in the response.</summary>
    public JsonElement? Task { get; init; }

    /// <summary>The error code in the response.</summary>
    public string? Code { get; init; }

    public bool IsTerminal => Task is { } task && task.GetProperty("status").GetString() != "running";

    public override string ToString() =>
        $"{Sent.TotalSeconds:0.000}..{Answered.TotalSeconds:0.000} {Kind} {TaskId} {Key} over gateway {Gateway}: "
        + $"{Status} {Failure} {(Body.Length > 200 ? Body[..200] : Body)}";
}
