using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Nodes;

/// <summary>Reading how the 25 servers are, as the whole cluster sees them.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/raida", [HttpMethods.Get, HttpMethods.Head], ReadAsync);

    private static async Task ReadAsync(HttpContext context)
    {
        var grain = context.RequestServices.GetRequiredService<TaskGrains>().GetNetwork();
        var report = await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await Envelope.WriteSuccessAsync(context.Response, StatusCodes.Status200OK, report, NetworkJson.Write);
    }
}
