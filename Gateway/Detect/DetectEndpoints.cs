using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Detect;
using Raida.CoinFiles;
using Raida.Coins;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Starting a detect.</summary>
internal static class DetectEndpoints
{
    private const string ExpectedMediaType = "application/json";

    public static void MapDetect(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/v1/detect", [HttpMethods.Post], StartAsync);

    private static async Task StartAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value;
        if (!IsJson(context.Request.ContentType))
        {
            throw new ApiException(ApiError.UnsupportedMediaType(ExpectedMediaType));
        }

        if (!StringValues.IsNullOrEmpty(context.Request.Headers.ContentEncoding))
        {
            throw new ApiException(ApiError.UnsupportedContentEncoding());
        }

        LimitBody(context, options.MaxDetectBodyLength);
        var coins = await ReadCoinsAsync(context, options.MaxCoins);
        await TaskStart.StartAsync(
            context,
            new DetectInput(coins.Records, coins.EarlierPownstrings),
            new TaskStartContent("detect", coins.Records, coins.EarlierPownstrings));
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var mediaType)
        && mediaType.MediaType.Equals(ExpectedMediaType, StringComparison.OrdinalIgnoreCase)
        && (!mediaType.Charset.HasValue || mediaType.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

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

    private static async Task<CoinList> ReadCoinsAsync(HttpContext context, int maxCoins)
    {
        try
        {
            return await CoinJsonReader.ReadAsync(context.Request.BodyReader, maxCoins, context.RequestAborted);
        }
        catch (MalformedJsonException exception)
        {
            throw new ApiException(ApiError.MalformedJson(exception.Message, exception.Line, exception.Position));
        }
        catch (InvalidCoinsException exception)
        {
            throw new ApiException(ApiError.InvalidCoins(exception.Message, exception.Path, exception.ErrorCount));
        }
        catch (TooManyCoinsException exception)
        {
            throw new ApiException(ApiError.TooManyCoins(exception.Limit));
        }
    }
}
