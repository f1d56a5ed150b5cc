using System.Net;

namespace OrleansTasks.Client;

/// <summary>A call failed: the service rejected it, or could not be reached.</summary>
public sealed class OrleansTasksException : Exception
{
    /// <summary>The <see cref="Code"/> of a service that could not be reached or did not respond in time.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The <see cref="Code"/> of a response that is not one of this interface, for example a proxy's error page.</summary>
    public const string UnexpectedResponse = "unexpected-response";

    internal OrleansTasksException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>
    /// The stable, hyphenated word with which the service names the error, for example <c>task-not-found</c>; otherwise <see cref="Unreachable"/> or
    /// <see cref="UnexpectedResponse"/>.
    /// </summary>
    public string Code { get; }

    /// <summary>The HTTP status of the response; null if there was none.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>When a retry makes sense; null if the service did not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Identifies the failed request in the log of the service; null unless the error is internal.</summary>
    public string? TraceId { get; internal init; }

    /// <summary>The path of the first invalid member of the coins, for example <c>coins[3].ans[7]</c>.</summary>
    public string? Path { get; internal init; }

    /// <summary>The number of all invalid members of the coins.</summary>
    public int? Errors { get; internal init; }

    /// <summary>The line of malformed JSON.</summary>
    public long? Line { get; internal init; }

    /// <summary>The position in the line of malformed JSON.</summary>
    public long? Position { get; internal init; }

    /// <summary>The offset in bytes of the error in a coin file.</summary>
    public long? Offset { get; internal init; }

    /// <summary>Whether the same call may succeed later: the service is unreachable, busy, or cannot respond now.</summary>
    public bool IsTransient => StatusCode is null
        ? Code == Unreachable
        : StatusCode is HttpStatusCode.RequestTimeout
            or HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout;
}
