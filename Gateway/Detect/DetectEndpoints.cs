using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Starting a detect.</summary>
internal static class DetectEndpoints
{
    public static void MapDetect(this IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/detect", StartAsync)
        .Describe(
            "startDetect",
            ApiTags.Tasks,
            "Start a detect",
            "Asks all 25 servers whether coins are authentic. With `Prefer: wait=N`, the response waits until the task has ended or N seconds (at most 60) "
                + "have passed.",
            [.. TaskStarter.Errors, .. DetectDescription.Errors])
        .ProtectFromForeignPages()
        .DescribeStart()
        .AddOpenApiOperationTransformer(DetectDescription.AddBody);

    private static async Task<Results<Accepted<Envelope<TaskBody>>, JsonHttpResult<Envelope<ErrorBody>>>> StartAsync(
        [FromHeader(Name = "Prefer")] string? prefer,
        TaskStarter starter,
        [FromKeyedServices("detect")] StartThrottle throttle,
        BodyBudget bodies,
        IOptions<DetectOptions> options,
        HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding is not ([] or ["identity" or ""]))
        {
            throw new ApiException(ApiError.UnsupportedContentEncoding);
        }

        LimitBody(context, options.Value.MaxDetectBodyLength);
        if (!throttle.TryAdmit(Random.Shared.NextDouble()))
        {
            return ApiError.TooManyRequests.ToResult(context);
        }

        using var body = bodies.Open(context.Request);
        var coins = await body.LimitTimeAsync(stopped => CoinBody.ReadAsync(body, context.Request.ContentType, options.Value.MaxCoins, stopped));
        return await starter.StartAsync(
            context,
            throttle,
            prefer,
            new DetectInput(coins.Records, coins.EarlierPownstrings),
            body,
            coins.Records,
            coins.EarlierPownstrings);
    }

    private static void LimitBody(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw new ApiException(ApiError.BodyTooLarge(limit));
        }

        // For bodies without a Content-Length: reading beyond the limit fails.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = limit;
        }
    }
}
