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

    private static Task<Accepted<Envelope<TaskBody>>> StartAsync(TaskGrains tasks, HttpContext context) =>
        TaskStart.StartAsync(tasks, context, new EchoInput(), "echo");
}
