using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.OpenApi;

/// <summary>A header that a response may have.</summary>
internal sealed record ResponseHeader(int HttpStatus, string Name, string Description, bool IsInteger = false);

/// <summary>A header that a request may have and that the handler reads itself.</summary>
internal sealed record RequestHeader(string Name, string Description);

/// <summary>The body of a response, for example.</summary>
internal sealed record ResponseExample(int HttpStatus, string Name, object Body);

/// <summary>Marks an endpoint that needs a key where keys are configured.</summary>
internal sealed record NeedsKey;

/// <summary>The errors that an endpoint may respond with.</summary>
internal sealed record PossibleErrors(params ApiError[] Errors);

/// <summary>Adds to an endpoint what the API description cannot derive from its handler.</summary>
internal static class EndpointDescriptions
{
    /// <summary>What any call of the cluster may end in.</summary>
    public static IReadOnlyList<ApiError> ClusterErrors { get; } =
        [ApiError.Unavailable, ApiError.Internal("0af7651916cd43dd8448eb211c80319c")];

    /// <param name="operationId">The name of the operation in generated clients.</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint,
        string operationId,
        string tag,
        string summary,
        string description,
        params IReadOnlyList<ApiError> errors) => endpoint
        .WithName(operationId)
        .WithTags(tag)
        .WithSummary(summary)
        .WithDescription(description)
        .WithMetadata(new PossibleErrors(tag == ApiTags.Health ? [.. errors] : [.. errors, ApiError.TooManyRequestsPerSecond]));

    /// <summary>Describes the calls that need a key where keys are configured.</summary>
    public static void DescribeAccess(this RouteGroupBuilder api) => api.WithMetadata(
        new PossibleErrors(ApiError.Unauthorized, ApiError.Forbidden),
        new ResponseHeader(StatusCodes.Status401Unauthorized, "WWW-Authenticate", "The scheme of the credentials: `Bearer`."),
        new NeedsKey());

    /// <summary>Describes an endpoint that starts a task.</summary>
    public static RouteHandlerBuilder DescribeStart(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(
        new RequestHeader(
            IdempotencyKey.HeaderName,
            "Makes a retry safe: the same key with the same content returns the same task. 1 to 255 visible ASCII characters."),
        new ResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the task."),
        new ResponseHeader(StatusCodes.Status202Accepted, "Retry-After", "When to read the task, in seconds.", IsInteger: true),
        PreferenceApplied(StatusCodes.Status202Accepted),
        new ResponseExample(StatusCodes.Status202Accepted, "started", Examples.Started));

    /// <summary>Describes an endpoint that reads a task.</summary>
    public static RouteHandlerBuilder DescribeRead(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(
            new RequestHeader("If-None-Match", "An ETag of the ended task: 304 if it is still the same."),
            ETag(StatusCodes.Status200OK),
            ETag(StatusCodes.Status304NotModified),
            new ResponseHeader(StatusCodes.Status200OK, "Retry-After", "When to read the task again, in seconds; absent if it has ended.", IsInteger: true),
            PreferenceApplied(StatusCodes.Status200OK),
            PreferenceApplied(StatusCodes.Status304NotModified),
            new ResponseExample(StatusCodes.Status200OK, "running", Examples.Running),
            new ResponseExample(StatusCodes.Status200OK, "echo", Examples.Echo),
            new ResponseExample(StatusCodes.Status200OK, "detect", Examples.Detect))
        .Produces(StatusCodes.Status304NotModified);

    /// <summary>Describes an endpoint that cancels a task.</summary>
    public static RouteHandlerBuilder DescribeCancel(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(
        ETag(StatusCodes.Status200OK),
        new ResponseExample(StatusCodes.Status200OK, "cancelled", Examples.Cancelled));

    private static ResponseHeader ETag(int httpStatus) => new(httpStatus, "ETag", "Identifies the ended task; absent while it runs.");

    private static ResponseHeader PreferenceApplied(int httpStatus) =>
        new(httpStatus, "Preference-Applied", "The wait that was applied; absent if none was asked for.");
}
