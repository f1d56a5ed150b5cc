using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;

namespace OrleansTasks.Gateway.Echo;

/// <summary>Starting an echo. GET starts one too, because the published interface has it so.</summary>
internal static class EchoEndpoints
{
    private const string Kind = "echo";

    public static void MapEcho(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/echo", [HttpMethods.Get, HttpMethods.Post], StartAsync);

    private static async Task StartAsync(HttpContext context)
    {
        if (!await TaskStart.TryRefuseAsync(context, Kind))
        {
            await TaskStart.StartAsync(context, new EchoInput(), new TaskStartContent(Kind));
        }
    }
}
