using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;

namespace OrleansTasks.Gateway.Echo;

/// <summary>Starting an echo. GET starts one too, as in the published interface.</summary>
internal static class EchoEndpoints
{
    private const string Path = "/api/v1/echo";

    public static void MapEcho(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost(Path, StartAsync), "startEcho", "Start an echo");
        Describe(routes.MapGet(Path, StartAsync), "startEchoByGet", "Start an echo by GET, as in the published interface");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string operationId, string summary) => endpoint
        .Describe(
            operationId,
            ApiTags.Tasks,
            summary,
            "Asks all 25 servers whether they are up, and how fast they reply. With `Prefer: wait=N`, the response waits until the task has ended or N "
                + "seconds (at most 60) have passed.",
            [.. TaskStarter.Errors])
        .ProtectFromForeignPages()
        .DescribeStart();

    private static async Task<Results<Accepted<Envelope<TaskBody>>, JsonHttpResult<Envelope<ErrorBody>>>> StartAsync(
        [FromHeader(Name = "Prefer")] string? prefer,
        TaskStarter starter,
        [FromKeyedServices("echo")] StartThrottle throttle,
        HttpContext context) =>
        throttle.TryAdmit(Random.Shared.NextDouble())
            ? await starter.StartAsync(context, throttle, prefer, new EchoInput(), body: null)
            : ApiError.TooManyRequests.ToResult(context);
}
