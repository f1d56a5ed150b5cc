using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Health;

/// <summary>
/// Health for whoever restarts or routes to this process: <c>live</c> as long as it answers at all, <c>ready</c> when the cluster takes
/// its calls.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, "live"));
        routes.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        var probe = context.RequestServices.GetRequiredService<ClusterProbe>();
        await (await probe.AnswersAsync(context.RequestAborted)
            ? WriteAsync(context, "ready")
            : Envelope.WriteErrorAsync(context.Response, ApiError.Unavailable()));
    }

    private static Task WriteAsync(HttpContext context, string state)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Envelope.WriteSuccessAsync(context.Response, StatusCodes.Status200OK, state, static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("state", state);
            writer.WriteEndObject();
        });
    }
}
