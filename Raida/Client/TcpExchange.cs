using Raida.Protocol;

namespace Raida.Client;

/// <summary>How one connection for one request ended.</summary>
/// <param name="Outcome">Whether an answer came, and if not, why.</param>
/// <param name="Status">The answer, where there is one.</param>
/// <param name="ExecutionMicroseconds">How long the server says that it worked.</param>
/// <param name="Body">The answer's body.</param>
/// <param name="Deadline">The deadline that passed, if one did.</param>
/// <param name="MayBeTriedAgain">Whether the fault may be one of this connection alone.</param>
internal readonly record struct TcpExchange(
    ReplyOutcome Outcome,
    ResponseStatus Status,
    uint ExecutionMicroseconds,
    ReadOnlyMemory<byte> Body,
    TimeSpan Deadline,
    bool MayBeTriedAgain)
{
    public static TcpExchange Answered(in ResponseHeader header, ReadOnlyMemory<byte> body) =>
        new(ReplyOutcome.Answered, header.Status, header.ExecutionMicroseconds, body, Deadline: default, MayBeTriedAgain: false);

    public static TcpExchange Failed(ReplyOutcome outcome, bool mayBeTriedAgain, TimeSpan deadline = default) =>
        new(outcome, default, 0, default, deadline, mayBeTriedAgain);
}
