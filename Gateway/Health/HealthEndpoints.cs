using Microsoft.AspNetCore.Http.HttpResults;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.OpenApi;

namespace OrleansTasks.Gateway.Health;

/// <summary>The payload of a health response.</summary>
internal sealed record HealthBody(string State);

/// <summary>
/// Health for orchestrators and load balancers: <c>live</c> as long as the process responds at all, <c>ready</c> while the cluster accepts its
/// calls and the process is not stopping.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], Live).Describe(
            "getLiveness", ApiTags.Health, "Check that the process responds", "For a restart policy: it does not depend on the cluster.").DisableRateLimiting();
        routes.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync).Describe(
            "getReadiness",
            ApiTags.Health,
            "Check that the cluster accepts calls",
            "For a load balancer: 503 while the cluster or its storage does not respond.",
            EndpointDescriptions.ClusterErrors).DisableRateLimiting();
    }

    private static Ok<Envelope<HealthBody>> Live(HttpContext context) => Report(context, "live");

    private static async Task<Ok<Envelope<HealthBody>>> ReadyAsync(
        ClusterProbe probe,
        IHostApplicationLifetime lifetime,
        HttpContext context) =>
        !lifetime.ApplicationStopping.IsCancellationRequested && await probe.RespondsAsync(context.RequestAborted)
            ? Report(context, "ready")
            : throw new ApiException(ApiError.Unavailable);

    private static Ok<Envelope<HealthBody>> Report(HttpContext context, string state)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Envelope<HealthBody>(new HealthBody(state)));
    }
}
