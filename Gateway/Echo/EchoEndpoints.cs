using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;

namespace OrleansTasks.Gateway.Echo;

/// <summary>Starting an echo. GET starts one too, as in the published interface.</summary>
internal static class EchoEndpoints
{
    public static void MapEcho(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/echo", [HttpMethods.Get, HttpMethods.Post], StartAsync);

    private static async Task<Results<Accepted<Envelope<TaskBody>>, JsonHttpResult<Envelope<ErrorBody>>>> StartAsync(
        [FromHeader(Name = "Prefer")] string? prefer,
        TaskStarter starter,
        [FromKeyedServices("echo")] StartThrottle throttle,
        HttpContext context) =>
        throttle.TryAdmit(Random.Shared.NextDouble())
            ? await starter.StartAsync(context, throttle, prefer, new EchoInput(), "echo")
            : ApiError.TooManyRequests.ToResult(context);
}
