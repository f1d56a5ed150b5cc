using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Nodes;

/// <summary>Reading the state of the 25 servers.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/raida", [HttpMethods.Get, HttpMethods.Head], ReadAsync);

    private static async Task<Ok<Envelope<NetworkBody>>> ReadAsync(TaskGrains grains, HttpContext context)
    {
        var grain = grains.GetNetwork();
        var report = await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Envelope<NetworkBody>(NetworkBody.From(report)));
    }
}
