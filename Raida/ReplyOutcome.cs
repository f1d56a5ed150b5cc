namespace Raida;

/// <summary>How a request ended.</summary>
public enum ReplyOutcome
{
    /// <summary>
    /// A proven reply came, which may still be an error; or errors without proof came within the timeout and nothing that disproved them.
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
