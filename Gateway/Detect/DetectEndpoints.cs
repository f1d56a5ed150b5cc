using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Starting a detect.</summary>
internal static class DetectEndpoints
{
    private const string Kind = "detect";

    public static void MapDetect(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/detect", [HttpMethods.Post], StartAsync);

    private static async Task StartAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        if (!StringValues.IsNullOrEmpty(context.Request.Headers.ContentEncoding))
        {
            throw new ApiException(ApiError.UnsupportedContentEncoding());
        }

        LimitBody(context, options.MaxDetectBodyLength);
        if (await TaskStart.TryRefuseAsync(context, Kind))
        {
            return;
        }

        var coins = await CoinBody.ReadAsync(context.Request, options.MaxCoins);
        await TaskStart.StartAsync(
            context,
            new DetectInput(coins.Records, coins.EarlierPownstrings),
            new TaskStartContent(Kind, coins.Records, coins.EarlierPownstrings));
    }

    private static void LimitBody(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw new ApiException(ApiError.BodyTooLarge(limit));
        }

        // For bodies that do not say how long they are: reading on behind the limit fails.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = limit;
        }
    }
}
