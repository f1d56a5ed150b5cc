namespace Raida.Client;

/// <summary>How a request ended.</summary>
public enum ReplyOutcome
{
    /// <summary>
    /// A proven answer came, which may still say that the server could not do it; or errors came within the deadline and nothing that
    /// proved or denied them.
    /// </summary>
    Answered,

    /// <summary>Nothing came within the deadline.</summary>
    NoReply,

    /// <summary>Nobody listens at the server's address.</summary>
    Refused,

    /// <summary>A network error on our side: no route, a name that does not resolve, a full send buffer.</summary>
    Dropped,

    /// <summary>It was never sent: too many requests to this server were waiting, it waited too long, or was given up.</summary>
    NotSent,

    /// <summary>Answers came, and of some coins too few said the same: they were changed on their way.</summary>
    Contradictory,
}
