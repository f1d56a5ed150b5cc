using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Http;

/// <summary>The payload of an error response.</summary>
/// <param name="Code">A stable, lower-case, hyphenated word for programs.</param>
/// <param name="Message">What is wrong and where, for people; never a secret or an exception's text.</param>
internal sealed record ErrorBody(
    string Code,
    string Message,
    long? Line = null,
    long? Position = null,
    string? Path = null,
    int? Errors = null,
    long? Offset = null,
    string? TraceId = null);

/// <summary>An error response.</summary>
/// <param name="RetryAfterSeconds">When a retry makes sense; null if it does not.</param>
internal sealed record ApiError(int HttpStatus, ErrorBody Body, int? RetryAfterSeconds = null)
{
    public static ApiError MalformedId { get; } = new(
        StatusCodes.Status400BadRequest,
        new("malformed-id", "The id is not a GUID: expected 32 hexadecimal digits, with or without hyphens (8-4-4-4-12)."));

    public static ApiError TaskNotFound { get; } = new(
        StatusCodes.Status404NotFound,
        new("task-not-found", "There is no task with this id: it never existed, has expired, was deleted, or belongs to another caller."));

    public static ApiError TaskFinished { get; } = new(
        StatusCodes.Status409Conflict,
        new("task-finished", "The task has already ended and cannot be cancelled."));

    public static ApiError TaskDeleted { get; } = new(
        StatusCodes.Status409Conflict,
        new("task-deleted", "The task of this Idempotency-Key was deleted. Start a new task with a new key."));

    public static ApiError IdempotencyKeyReused { get; } = new(
        StatusCodes.Status422UnprocessableEntity,
        new("idempotency-key-reused", "The Idempotency-Key was used for a request with different content. Use a new key for a new request."));

    public static ApiError Unauthorized { get; } = new(
        StatusCodes.Status401Unauthorized,
        new("unauthorized", "A valid API key is needed, as Authorization: Bearer or X-Api-Key."));

    public static ApiError Forbidden { get; } = new(
        StatusCodes.Status403Forbidden,
        new("forbidden", "The caller does not have the role that this call needs."));

    public static ApiError NoSuchResource { get; } = new(
        StatusCodes.Status404NotFound,
        new("no-such-resource", "There is nothing at this path."));

    public static ApiError UnsupportedContentEncoding { get; } = new(
        StatusCodes.Status415UnsupportedMediaType,
        new("unsupported-media-type", "The request has a Content-Encoding. Send the body uncompressed."));

    public static ApiError TooManyRequests { get; } = new(
        StatusCodes.Status429TooManyRequests,
        new("too-many-requests", "Too many tasks are running. Retry after the time in Retry-After."),
        RetryAfterSeconds: 1);

    public static ApiError TooManyTasksOfCaller { get; } = TooManyRequests.With("Too many of your tasks are running. Retry after the time in Retry-After.");

    public static ApiError TooManyBodies { get; } = TooManyRequests.With("The bodies of other requests fill the memory for them. Retry after the time in Retry-After.");

    public static ApiError TooManyRequestsPerSecond { get; } = TooManyRequests.With("You send too many requests per second. Retry after the time in Retry-After.");

    public static ApiError TooManyWaiting { get; } = TooManyRequests.With("Too many requests wait for tasks or watch them. Retry after the time in Retry-After.");

    public static ApiError CrossSiteRequest { get; } = new(
        StatusCodes.Status403Forbidden,
        new("cross-site-request", "A page of a foreign origin sent this request. Pages that may do so are named in the setting Gateway:AllowedOrigins."));

    public static ApiError Unavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        new("unavailable", "The cluster or its storage cannot respond now. Retry after the time in Retry-After."),
        RetryAfterSeconds: 2);

    public static ApiError MalformedJson(string message, long line, long position) =>
        new(StatusCodes.Status400BadRequest, new("malformed-json", message, Line: line, Position: position));

    public static ApiError InvalidCoins(string message, string path, int errorCount) =>
        new(StatusCodes.Status400BadRequest, new("invalid-coins", message, Path: path, Errors: errorCount));

    public static ApiError InvalidCoinFile(string message, long offset) =>
        new(StatusCodes.Status400BadRequest, new("invalid-coin-file", message, Offset: offset));

    public static ApiError InvalidIdempotencyKey { get; } = new(
        StatusCodes.Status400BadRequest,
        new("invalid-idempotency-key", $"The Idempotency-Key is not a single value of 1 to {IdempotencyKey.MaxLength} visible ASCII characters."));

    public static ApiError MethodNotAllowed(string allow) => new(
        StatusCodes.Status405MethodNotAllowed,
        new("method-not-allowed", $"This path does not support the request's method. Supported: {allow}."));

    public static ApiError TooManyCoins(int limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        new("too-large", $"Too many coins: the limit is {limit} coins per task."));

    public static ApiError BodyTooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        new("too-large", $"The body is larger than the limit of {limit} bytes."));

    /// <param name="received">Null if it is malformed.</param>
    public static ApiError UnsupportedMediaType(string? received, string expected) => new(
        StatusCodes.Status415UnsupportedMediaType,
        new("unsupported-media-type", $"Unsupported Content-Type ({received ?? "malformed"}): {expected} is expected."));

    public static ApiError MalformedRequest(int httpStatus) => new(
        httpStatus,
        new("malformed-request", "Malformed HTTP request, or the body was truncated or timed out."));

    public static ApiError MalformedQuery(string message) => new(StatusCodes.Status400BadRequest, new("malformed-query", message));

    public static ApiError MalformedForm(string problem) =>
        new(StatusCodes.Status400BadRequest, new("malformed-request", $"The multipart body is malformed: {problem}"));

    public static ApiError Internal(string traceId) => new(
        StatusCodes.Status500InternalServerError,
        new("internal", "The request failed because of an internal error; the log has the cause under this trace id.", TraceId: traceId));

    private ApiError With(string message) => this with { Body = Body with { Message = message } };

    /// <summary>The response. Under overload it is returned and not thrown: an exception costs more than the rest of a rejection.</summary>
    public JsonHttpResult<Envelope<ErrorBody>> ToResult(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Json(new Envelope<ErrorBody>(Body, "error"), statusCode: HttpStatus);
    }
}

/// <summary>Ends a request with an error response.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Body.Message)
{
    public ApiError Error => error;
}
