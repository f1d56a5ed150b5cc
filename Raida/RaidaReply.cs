using Raida.Coins;
using Raida.Protocol;

namespace Raida;

/// <summary>The outcome of one request to one server.</summary>
public sealed record RaidaReply
{
    /// <summary>What the server was asked.</summary>
    public required RaidaCommand Command { get; init; }

    /// <summary>Whether a reply came, and if not, why.</summary>
    public required ReplyOutcome Outcome { get; init; }

    /// <summary>The reply's status, where there is one.</summary>
    public ResponseStatus Status { get; init; }

    /// <summary>The time from the first transmission to the reply, or until the request was abandoned.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The timeout that passed, for <see cref="ReplyOutcome.NoReply"/>.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Whether the request was encrypted with the key coin.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The reply's body, decrypted and without the trailer: the bit field of a mixed detect.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the server replied with success, or with verdicts.</summary>
    public bool IsSuccess => Outcome == ReplyOutcome.Answered && (Command == RaidaCommand.Detect
        ? Status is ResponseStatus.AllPass or ResponseStatus.AllFail or ResponseStatus.Mixed
        : Status == ResponseStatus.Success);

    /// <summary>Why there is no success, as part of a sentence, for example <c>no reply within 2000 ms</c>; null on success.</summary>
    public string? Failure => Outcome switch
    {
        _ when IsSuccess => null,
        ReplyOutcome.Answered => $"answered {Status.Describe()}",
        ReplyOutcome.NoReply => $"no reply within {Timeout.TotalMilliseconds:0} ms",
        ReplyOutcome.Refused => "refused the connection",
        ReplyOutcome.Dropped => "not reached because of a network error on this side",
        ReplyOutcome.Contradictory => "gave contradictory answers",
        ReplyOutcome.ServerDown => "not asked because its last requests failed",
        _ => "not asked because too many requests were queued",
    };

    /// <summary>Whether the reply came over TCP, where the connection proves an error.</summary>
    internal bool IsOverTcp { get; init; }

    /// <summary>Whether it is an error that nothing proved within the timeout.</summary>
    internal bool IsUnproven { get; init; }

    /// <summary>
    /// Whether an error needs no confirmation: it came over TCP, TCP has recently confirmed the same key coin error, or no proven reply
    /// came by UDP before the timeout.
    /// </summary>
    internal bool IsFinal
    {
        get => field || (IsOverTcp && Status.IsError());
        init;
    }

    internal static RaidaReply CreateUnsent(RaidaCommand command, ReplyOutcome outcome) => new() { Command = command, Outcome = outcome };

    /// <summary>The status of one coin of a detect.</summary>
    /// <param name="coin">The coin's place in the request.</param>
    internal CoinStatus GetCoinStatus(int coin) => Outcome switch
    {
        ReplyOutcome.Answered => Status switch
        {
            ResponseStatus.AllPass => CoinStatus.Pass,
            ResponseStatus.AllFail => CoinStatus.Fail,
            ResponseStatus.Mixed => DetectPayload.IsAuthentic(Body.Span, coin) ? CoinStatus.Pass : CoinStatus.Fail,
            ResponseStatus.DecryptionFailed or ResponseStatus.UnknownKeyCoin => CoinStatus.Undecryptable,
            ResponseStatus.WrongCrc when IsEncrypted => CoinStatus.Undecryptable,
            _ => CoinStatus.Error,
        },
        ReplyOutcome.NoReply => CoinStatus.NoReply,
        ReplyOutcome.Refused or ReplyOutcome.Contradictory => CoinStatus.Error,
        ReplyOutcome.Dropped => CoinStatus.Dropped,
        _ => CoinStatus.Untried,
    };
}

/// <summary>How a request ended.</summary>
public enum ReplyOutcome
{
    /// <summary>
    /// A proven reply was received, possibly an error; or only errors without proof were received before the timeout.
    /// </summary>
    Answered,

    /// <summary>No reply within the timeout.</summary>
    NoReply,

    /// <summary>Nobody listens at the server's address.</summary>
    Refused,

    /// <summary>A network error on this side: no route, a name that does not resolve, a full send buffer.</summary>
    Dropped,

    /// <summary>Not sent: too many requests to this server were queued.</summary>
    NotSent,

    /// <summary>Not sent: the server's last requests failed, and no probe has got a reply since.</summary>
    ServerDown,

    /// <summary>Replies came, and no two of them were equal: the network damages them.</summary>
    Contradictory,
}
