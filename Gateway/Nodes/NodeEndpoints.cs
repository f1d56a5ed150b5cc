using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Nodes;

namespace OrleansTasks.Gateway.Nodes;

/// <summary>Reading the state of the 25 servers.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes) => routes
        .MapMethods("/api/v1/raida", [HttpMethods.Get, HttpMethods.Head], ReadAsync)
        .Describe(
            "getServers",
            ApiTags.Servers,
            "Read the state of the servers",
            "The 25 servers as the silos observe them: state, latency, requests by outcome. No server is asked for it.",
            EndpointDescriptions.ClusterErrors);

    private static async Task<Ok<Envelope<NetworkBody>>> ReadAsync(TaskGrains grains, HttpContext context)
    {
        var grain = grains.GetSingle<IRaidaNetworkGrain>();
        var report = await TaskGrains.CallUntilAnsweredAsync(grain.Read, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Envelope<NetworkBody>(NetworkBody.From(report)));
    }
}
