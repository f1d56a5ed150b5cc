using System.Text.Json.Serialization;

namespace OrleansTasks.Client;

/// <summary>A task as it was when it was read. An ended task never changes again.</summary>
public sealed record RaidaTask
{
    /// <summary>Identifies the task in every other call.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whether the task is running, and how it ended.</summary>
    public required RaidaTaskStatus Status { get; init; }

    /// <summary>0 to 100. It never decreases, and is 100 only when the task has ended.</summary>
    public required int Progress { get; init; }

    /// <summary>When the task was started, in whole seconds.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the task ended, in whole seconds; null while it runs.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public DateTimeOffset? Finished { get; init; }

    /// <summary>The current activity, or the reason why the task ended in error, for people.</summary>
    public required string Message { get; init; }

    /// <summary>
    /// An <see cref="EchoResult"/> or a <see cref="DetectResult"/>. Null unless the task is completed, and for a kind of task that this version of the
    /// client does not know.
    /// </summary>
    public TaskData? Data { get; init; }

    /// <summary>Whether the task is completed or ended in error.</summary>
    [JsonIgnore]
    public bool HasEnded => Status != RaidaTaskStatus.Running;
}

/// <summary>The state of a task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RaidaTaskStatus>))]
public enum RaidaTaskStatus
{
    /// <summary>The task has not ended yet.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>The task has ended and has a result.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The task has ended without a result: it failed, exceeded its deadline, or was cancelled.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>The kind of a task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RaidaTaskKind>))]
public enum RaidaTaskKind
{
    /// <summary>Asks which servers are up, and how fast they reply.</summary>
    [JsonStringEnumMemberName("echo")]
    Echo,

    /// <summary>Asks whether coins are authentic.</summary>
    [JsonStringEnumMemberName("detect")]
    Detect,
}

/// <summary>The result of a completed task.</summary>
[JsonConverter(typeof(TaskDataConverter))]
public abstract record TaskData;

/// <summary>Which of the 25 servers replied to an echo, and how fast. Lists have 25 entries, RAIDA 0 first.</summary>
public sealed record EchoResult : TaskData
{
    /// <summary>The number of servers that replied, 0 to 25.</summary>
    public required int Online { get; init; }

    /// <summary>25 letters: <c>p</c> if the server replied, <c>f</c> if not.</summary>
    public required string Pownstring { get; init; }

    /// <summary>The same as <see cref="Pownstring"/> as 1 and 0.</summary>
    public required IReadOnlyList<int> Pownarray { get; init; }

    /// <summary>The time to the reply, or until the request was abandoned, in milliseconds.</summary>
    public required IReadOnlyList<int> Latencies { get; init; }
}

/// <summary>
/// Whether coins are authentic. Totals are values in units of 10^-8 CloudCoin. <see cref="TotalCoins"/> is the sum of the totals by grade and
/// <see cref="TotalErrors"/>.
/// </summary>
public sealed record DetectResult : TaskData
{
    /// <summary>The value of all coins.</summary>
    [JsonPropertyName("TotalCoins")]
    public required long TotalCoins { get; init; }

    /// <summary>The value of the coins that reached quorum.</summary>
    [JsonPropertyName("TotalCheckedCoins")]
    public required long TotalCheckedCoins { get; init; }

    /// <summary>The value of the coins that at least 13 servers accepted and none rejected.</summary>
    [JsonPropertyName("TotalAuthentic")]
    public required long TotalAuthentic { get; init; }

    /// <summary>The value of the fracked coins that had been fracked before, according to the pownstring that was submitted.</summary>
    [JsonPropertyName("TotalAlreadyFracked")]
    public required long TotalAlreadyFracked { get; init; }

    /// <summary>The value of the coins in limbo that had been in limbo before, according to the pownstring that was submitted.</summary>
    [JsonPropertyName("TotalAlreadyLimbo")]
    public required long TotalAlreadyLimbo { get; init; }

    /// <summary>The value of the authentic coins that some server rejected for the first time.</summary>
    [JsonPropertyName("TotalFracked")]
    public required long TotalFracked { get; init; }

    /// <summary>The value of the coins that at least 13 servers rejected.</summary>
    [JsonPropertyName("TotalCounterfeit")]
    public required long TotalCounterfeit { get; init; }

    /// <summary>The value of the coins in limbo for the first time.</summary>
    [JsonPropertyName("TotalLimbo")]
    public required long TotalLimbo { get; init; }

    /// <summary>The value of the coins that could not be graded.</summary>
    [JsonPropertyName("TotalErrors")]
    public required long TotalErrors { get; init; }

    /// <summary>What kept coins from quorum, one sentence per server and reason; null if every coin reached it.</summary>
    [JsonPropertyName("Details")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required IReadOnlyList<string>? Details { get; init; }

    /// <summary>The coins in the order in which they were submitted.</summary>
    [JsonPropertyName("Coins")]
    public required IReadOnlyList<CoinResult> Coins { get; init; }
}

/// <summary>One coin of a detect.</summary>
public sealed record CoinResult
{
    /// <summary>0 to 4,294,967,295; unique only among coins of the same denomination.</summary>
    [JsonPropertyName("sn")]
    public required uint SerialNumber { get; init; }

    /// <summary>
    /// 25 letters, RAIDA 0 first: <c>p</c> pass, <c>f</c> fail, <c>n</c> no reply, <c>e</c> error or connection refused, <c>d</c> network or internal
    /// error of the service, <c>b</c> key coin rejected, <c>u</c> not asked.
    /// </summary>
    public required string Pownstring { get; init; }

    /// <summary>The grade that follows from <see cref="Pownstring"/>.</summary>
    public required CoinGrade Result { get; init; }
}

/// <summary>The grade of a coin. 13 of the 25 servers are a quorum.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CoinGrade>))]
public enum CoinGrade
{
    /// <summary>A quorum accepts the coin, and no server rejects it.</summary>
    Authentic,

    /// <summary>A quorum accepts the coin, and some server rejects it.</summary>
    Fracked,

    /// <summary>A quorum rejects the coin.</summary>
    Counterfeit,

    /// <summary>No quorum, mostly because servers did not reply: detect the coin again later.</summary>
    Limbo,

    /// <summary>No grade, because of errors of the servers, the network or the key coin.</summary>
    Error,
}
