using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Listing tasks: a caller's own, or all of them for an operator.</summary>
internal static class TaskListEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] Kinds = ["echo", "detect"];
    private static readonly string[] States = [.. Enum.GetNames<TaskState>().Select(name => name.ToLowerInvariant())];

    public static void MapTaskList(this IEndpointRouteBuilder routes) => routes
        .MapMethods("/api/v1/tasks", [HttpMethods.Get, HttpMethods.Head], ListAsync)
        .Describe(
            "listTasks",
            ApiTags.Tasks,
            "List tasks",
            "The newest 1,000 tasks of the caller, or of all callers for an operator and where no keys are configured; newest first, without results.",
            [
                ApiError.MalformedQuery($"limit: an integer from 1 to {MaxLimit} is expected."),
                .. EndpointDescriptions.ClusterErrors,
            ])
        .WithMetadata(new ResponseExample(StatusCodes.Status200OK, "tasks", Examples.List))
        .AddOpenApiOperationTransformer(DescribeParameters);

    // Strings, because an invalid value of another type ends in a response without a body.
    private static async Task<Ok<Envelope<TaskListBody>>> ListAsync(
        string? status,
        string? kind,
        string? limit,
        string? after,
        TaskGrains tasks,
        HttpContext context)
    {
        var caller = Caller.Of(context);
        var query = new TaskListQuery(ReadState(status), ReadKind(kind), ReadLimit(limit), ReadAfter(after));
        var list = tasks.GetList(caller.SeesAll ? TaskListKey.All : TaskListKey.Of(caller.Name!));
        var page = await TaskGrains.CallUntilAnsweredAsync(() => list.Read(query), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Envelope<TaskListBody>(TaskListBody.From(page)));
    }

    private static TaskState? ReadState(string? text) =>
        text is null ? null
        : Array.IndexOf(States, text) is >= 0 and var index ? Enum.GetValues<TaskState>()[index]
        : throw new ApiException(ApiError.MalformedQuery($"status: one of {string.Join(", ", States)} is expected."));

    private static string? ReadKind(string? text) =>
        text is null || Kinds.Contains(text) ? text
        : throw new ApiException(ApiError.MalformedQuery($"kind: one of {string.Join(", ", Kinds)} is expected."));

    private static int ReadLimit(string? text) =>
        text is null ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
        : throw new ApiException(ApiError.MalformedQuery($"limit: an integer from 1 to {MaxLimit} is expected."));

    private static Guid? ReadAfter(string? text) =>
        text is null ? null
        : TaskIds.TryParse(text, out var id) ? id
        : throw new ApiException(ApiError.MalformedQuery("after: the id of a task is expected."));

    private static Task DescribeParameters(OpenApiOperation operation, OpenApiOperationTransformerContext _, CancellationToken __)
    {
        Set("status", "Only tasks in this state.", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ToEnum(States) });
        Set("kind", "Only tasks of this kind.", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ToEnum(Kinds) });
        Set("limit", "The maximum number of tasks.", new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = MaxLimit.ToString(CultureInfo.InvariantCulture),
            Default = DefaultLimit,
        });
        Set("after", "The id of the last task of the previous page.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
        return Task.CompletedTask;

        void Set(string name, string description, OpenApiSchema schema)
        {
            var parameter = operation.Parameters!.OfType<OpenApiParameter>().Single(parameter => parameter.Name == name);
            (parameter.Description, parameter.Schema) = (description, schema);
        }
    }

    private static List<JsonNode> ToEnum(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)JsonValue.Create(value))];
}
