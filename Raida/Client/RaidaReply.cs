using Raida.Coins;
using Raida.Protocol;

namespace Raida.Client;

/// <summary>How one request to one server ended.</summary>
public readonly record struct RaidaReply
{
    /// <summary>What the server was asked.</summary>
    public required RaidaCommand Command { get; init; }

    /// <summary>Whether an answer came, and if not, why.</summary>
    public required ReplyOutcome Outcome { get; init; }

    /// <summary>The server's answer, where there is one.</summary>
    public ResponseStatus Status { get; init; }

    /// <summary>The time from sending to the answer, or until the request was given up.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>
    /// For <see cref="ReplyOutcome.NoReply"/> the deadline that passed: the request's own, or over TCP that of connecting or of answering.
    /// Zero where none passed, since the connection was lost before.
    /// </summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>
    /// How many times it was sent; 0 when it never was. The latency of one that was sent more than once does not tell which sending was
    /// answered.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>How long the server says that it worked, in microseconds.</summary>
    public uint ExecutionMicroseconds { get; init; }

    /// <summary>Whether the request was encrypted with the key coin.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>
    /// The answer's body, decrypted and without trailer: the bit field of a mixed detect, the text of a version. Of a contradictory detect
    /// the coins that were settled all the same, in two bit fields: those that are authentic, then those that failed.
    /// </summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether an error needs not be asked for again: a connection proved it, or a whole deadline did not.</summary>
    internal bool IsFinal { get; init; }

    /// <summary>Whether the server answered and did what it was asked.</summary>
    public bool IsSuccess => Outcome == ReplyOutcome.Answered && (Command == RaidaCommand.Detect
        ? Status is ResponseStatus.AllPass or ResponseStatus.AllFail or ResponseStatus.Mixed
        : Status is ResponseStatus.Success);

    /// <summary>What a detect says of one coin.</summary>
    /// <param name="coin">The coin's place in the request.</param>
    /// <returns>The status that goes into the coin's pownstring.</returns>
    public CoinStatus GetCoinStatus(int coin) => Outcome switch
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
        ReplyOutcome.Contradictory when !Body.IsEmpty => GetSettledStatus(coin),
        ReplyOutcome.Refused or ReplyOutcome.Contradictory => CoinStatus.Error,
        ReplyOutcome.Dropped => CoinStatus.Dropped,
        _ => CoinStatus.Untried,
    };

    /// <summary>Writes what the reply says of each coin.</summary>
    /// <param name="destination">A byte for each coin of the request: its <see cref="CoinStatus"/>.</param>
    public void WriteCoinStatuses(Span<byte> destination)
    {
        if (Body.IsEmpty)
        {
            // It says the same of all of them.
            destination.Fill((byte)GetCoinStatus(0));
            return;
        }

        for (var coin = 0; coin < destination.Length; coin++)
        {
            destination[coin] = (byte)GetCoinStatus(coin);
        }
    }

    private CoinStatus GetSettledStatus(int coin)
    {
        var length = Body.Length / 2;
        return DetectPayload.IsAuthentic(Body.Span[..length], coin) ? CoinStatus.Pass
            : DetectPayload.IsAuthentic(Body.Span[length..], coin) ? CoinStatus.Fail
            : CoinStatus.Error;
    }
}
