using System.IO.Pipelines;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;
using Raida.Coins;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Reads the coins of a request's body in each accepted media type.</summary>
internal static class CoinBody
{
    public const string Json = "application/json";
    public const string OneFile = "application/octet-stream";
    public const string Form = "multipart/form-data";
    public const string AcceptedTypes = $"{Json} in UTF-8, {OneFile} or {Form}";

    // What curl --data and other clients send unless told otherwise; the content decides.
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string PlainText = "text/plain";

    /// <returns>At least one coin.</returns>
    /// <exception cref="ApiException">The body is of another type, or does not hold 1 to <paramref name="maxCoins"/> valid coins.</exception>
    public static async Task<CoinList> ReadAsync(PipeReader body, string? contentType, int maxCoins, CancellationToken cancellationToken)
    {
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed : null;
        try
        {
            return await (type?.MediaType.Value?.ToLowerInvariant() switch
            {
                Json when IsUtf8(type) => CoinJsonReader.ReadAsync(body, maxCoins, cancellationToken),
                OneFile or UrlEncoded or PlainText => CoinFileReader.ReadAsync(body, maxCoins, cancellationToken),
                null when string.IsNullOrEmpty(contentType) => CoinFileReader.ReadAsync(body, maxCoins, cancellationToken),
                Form => CoinForm.ReadAsync(body.AsStream(leaveOpen: true), type, maxCoins, cancellationToken),
                _ => throw new ApiException(ApiError.UnsupportedMediaType(
                    type is null ? null : $"{type.MediaType}{(type.Charset.HasValue ? $" in {type.Charset}" : "")}",
                    AcceptedTypes)),
            });
        }
        catch (Exception exception) when (CoinFileErrors.Find(exception) is { } error)
        {
            throw new ApiException(error);
        }
    }

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
