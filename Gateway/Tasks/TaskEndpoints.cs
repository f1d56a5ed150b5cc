using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Reading tasks.</summary>
internal static class TaskEndpoints
{
    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/v1/task/{id}", [HttpMethods.Get, HttpMethods.Head], ReadAsync);

        // Older clients use the plural.
        routes.MapMethods("/api/v1/tasks/{id}", [HttpMethods.Get, HttpMethods.Head], ReadAsync);
    }

    private static async Task ReadAsync(HttpContext context)
    {
        if (!TryParseId(context.Request.RouteValues["id"] as string, out var id))
        {
            await Envelope.WriteErrorAsync(context.Response, ApiError.MalformedId());
            return;
        }

        var grain = context.RequestServices.GetRequiredService<TaskGrains>().Get(id);
        var task = await grain.Read();
        await (task is null
            ? Envelope.WriteErrorAsync(context.Response, ApiError.TaskNotFound())
            : TaskAnswer.WriteReadAsync(context, task));
    }

    /// <summary>Reads 32 hexadecimal digits, or the same with hyphens, in any case.</summary>
    internal static bool TryParseId(string? text, out Guid id)
    {
        // Guid's own parser also takes white space around it and signs inside.
        id = default;
        return text switch
        {
            { Length: 32 } => text.All(char.IsAsciiHexDigit) && Guid.TryParseExact(text, "N", out id),
            { Length: 36 } => text.All(c => c == '-' || char.IsAsciiHexDigit(c)) && Guid.TryParseExact(text, "D", out id),
            _ => false,
        };
    }
}
