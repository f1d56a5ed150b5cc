using System.Globalization;
using System.Text.Json;

namespace OrleansTasks.Gateway.Http;

/// <summary>An error answer: the HTTP status says its class, the code is stable, the message is a sentence for people.</summary>
/// <param name="HttpStatus">The HTTP status.</param>
/// <param name="Code">A lower-case word with hyphens that programs may rely on.</param>
/// <param name="Message">What is wrong and where; never a secret, never an exception's text.</param>
internal sealed record ApiError(int HttpStatus, string Code, string Message)
{
    /// <summary>After how many seconds a repeat makes sense, if it does.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Writes members behind code and message.</summary>
    public Action<Utf8JsonWriter>? WriteMore { get; init; }

    public static ApiError MalformedId() => new(
        StatusCodes.Status400BadRequest,
        "malformed-id",
        "The id is not a GUID: 32 hexadecimal digits are expected, or the same with hyphens (8-4-4-4-12).");

    public static ApiError MalformedJson(string message, long line, long position) =>
        new(StatusCodes.Status400BadRequest, "malformed-json", message)
        {
            WriteMore = writer =>
            {
                writer.WriteNumber("line", line);
                writer.WriteNumber("position", position);
            },
        };

    public static ApiError InvalidCoins(string message, string path, int errorCount) =>
        new(StatusCodes.Status400BadRequest, "invalid-coins", message)
        {
            WriteMore = writer =>
            {
                writer.WriteString("path", path);
                writer.WriteNumber("errors", errorCount);
            },
        };

    public static ApiError InvalidCoinFile(string message, long offset) =>
        new(StatusCodes.Status400BadRequest, "invalid-coin-file", message)
        {
            WriteMore = writer => writer.WriteNumber("offset", offset),
        };

    public static ApiError TaskNotFound() => new(
        StatusCodes.Status404NotFound,
        "task-not-found",
        "There is no task with this id: it never existed, has expired, or was deleted.");

    public static ApiError TaskFinished() => new(
        StatusCodes.Status409Conflict,
        "task-finished",
        "The task had ended before; what has ended cannot be cancelled.");

    public static ApiError TaskDeleted() => new(
        StatusCodes.Status409Conflict,
        "task-deleted",
        "The task of this Idempotency-Key was deleted. Start a new task with a new key.");

    public static ApiError InvalidIdempotencyKey(int maxLength) => new(
        StatusCodes.Status400BadRequest,
        "invalid-idempotency-key",
        $"The Idempotency-Key is not one value of 1 to {maxLength.ToString(CultureInfo.InvariantCulture)} visible ASCII characters.");

    public static ApiError IdempotencyKeyReused() => new(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency-key-reused",
        "The Idempotency-Key was used before, for a request with other content. A new request needs a new key.");

    public static ApiError NoSuchResource() => new(
        StatusCodes.Status404NotFound,
        "no-such-resource",
        "There is nothing at this path.");

    public static ApiError MethodNotAllowed(string allow) => new(
        StatusCodes.Status405MethodNotAllowed,
        "method-not-allowed",
        $"This path does not take the request's method; it takes {allow}.");

    public static ApiError TooManyCoins(int limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        $"More coins than a task may have: the limit is {limit.ToString(CultureInfo.InvariantCulture)} coins.");

    public static ApiError BodyTooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        $"The body is larger than the limit of {limit.ToString(CultureInfo.InvariantCulture)} bytes.");

    public static ApiError UnsupportedMediaType(string expected) => new(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported-media-type",
        $"The Content-Type is not one that is taken here: {expected} is expected.");

    public static ApiError UnsupportedContentEncoding() => new(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported-media-type",
        "The request has a Content-Encoding; bodies are taken as they are only, not compressed.");

    public static ApiError MalformedRequest(int httpStatus) => new(
        httpStatus,
        "malformed-request",
        "The request is not one of HTTP, or its body ended too early or came too slowly.");

    public static ApiError MalformedForm(string problem) =>
        new(StatusCodes.Status400BadRequest, "malformed-request", $"The multipart body is malformed: {problem}");

    public static ApiError TooManyRequests() => new(
        StatusCodes.Status429TooManyRequests,
        "too-many-requests",
        "As many tasks are running as may; the task was not started. Send the request again later.")
    {
        RetryAfterSeconds = 1,
    };

    public static ApiError Unavailable() => new(
        StatusCodes.Status503ServiceUnavailable,
        "unavailable",
        "The cluster or its storage cannot answer now. Send the request again later.")
    {
        RetryAfterSeconds = 2,
    };

    public static ApiError Internal(string traceId) => new(
        StatusCodes.Status500InternalServerError,
        "internal",
        "The request failed by an error inside the service; its log has the cause under this trace id.")
    {
        WriteMore = writer => writer.WriteString("traceId", traceId),
    };
}
