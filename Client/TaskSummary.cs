using System.Text.Json.Serialization;

namespace OrleansTasks.Client;

/// <summary>A task in a list of tasks.</summary>
public sealed record TaskSummary
{
    /// <summary>Identifies the task in every other call.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the task does.</summary>
    public required RaidaTaskKind Kind { get; init; }

    /// <summary>Whether the task is running, and how it ended.</summary>
    public required RaidaTaskStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>When the task was started, in whole seconds.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the task ended, in whole seconds; null while it runs.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset? Finished { get; init; }

    /// <summary>The number of coins of a detect; null for other tasks.</summary>
    public int? Coins { get; init; }
}
