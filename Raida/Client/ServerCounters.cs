namespace Raida.Client;

/// <summary>What happened between this client and one server since the client was made.</summary>
/// <param name="Sent">Datagrams sent.</param>
/// <param name="Answered">Requests that got an answer that counts.</param>
/// <param name="NoReply">Requests whose deadline passed without any answer.</param>
/// <param name="Refused">Requests that nobody listened for.</param>
/// <param name="Dropped">Requests lost to a network error on our side.</param>
/// <param name="NotSent">Requests that waited too long, were given up while they waited, or were one too many, and never went out.</param>
/// <param name="Cancelled">Requests that the caller gave up.</param>
/// <param name="Unmatched">Answers that no request waited for: late ones and doubles.</param>
/// <param name="Forged">Answers to a waiting request whose signature was wrong.</param>
/// <param name="Malformed">Datagrams that are no answer: truncated, oversized, or of another RAIDA or command.</param>
/// <param name="HeaderErrors">Answers that the server did not understand a request's header; they cannot be matched to one.</param>
/// <param name="Connections">TCP connections made or tried.</param>
public sealed record ServerCounters(
    long Sent,
    long Answered,
    long NoReply,
    long Refused,
    long Dropped,
    long NotSent,
    long Cancelled,
    long Unmatched,
    long Forged,
    long Malformed,
    long HeaderErrors,
    long Connections)
{
    internal static ServerCounters Sum(ServerCounters left, ServerCounters right) => new(
        left.Sent + right.Sent,
        left.Answered + right.Answered,
        left.NoReply + right.NoReply,
        left.Refused + right.Refused,
        left.Dropped + right.Dropped,
        left.NotSent + right.NotSent,
        left.Cancelled + right.Cancelled,
        left.Unmatched + right.Unmatched,
        left.Forged + right.Forged,
        left.Malformed + right.Malformed,
        left.HeaderErrors + right.HeaderErrors,
        left.Connections + right.Connections);
}
