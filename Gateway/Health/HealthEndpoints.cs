using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Health;

/// <summary>The payload of a health response.</summary>
internal sealed record HealthBody(string State);

/// <summary>
/// Health for orchestrators and load balancers: <c>live</c> as long as the process responds at all, <c>ready</c> while the cluster accepts its
/// calls.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => Report(context, "live"));
        routes.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    private static async Task<Ok<Envelope<HealthBody>>> ReadyAsync(ClusterProbe probe, HttpContext context) =>
        await probe.RespondsAsync(context.RequestAborted) ? Report(context, "ready") : throw new ApiException(ApiError.Unavailable);

    private static Ok<Envelope<HealthBody>> Report(HttpContext context, string state)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Envelope<HealthBody>(new HealthBody(state)));
    }
}
