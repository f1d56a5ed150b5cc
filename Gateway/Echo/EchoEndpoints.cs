using Microsoft.AspNetCore.Http.HttpResults;
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
        TaskGrains tasks,
        [FromKeyedServices("echo")] StartThrottle throttle,
        HttpContext context) =>
        throttle.TryAdmit(Random.Shared.NextDouble())
            ? await TaskStart.StartAsync(tasks, throttle, context, new EchoInput(), "echo")
            : ApiError.TooManyRequests.ToResult(context);
}
