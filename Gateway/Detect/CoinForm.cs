using System.IO.Pipelines;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;
using Raida.Coins;

namespace OrleansTasks.Gateway.Detect;

/// <summary>
/// Reads the coin files of a form, part by part as they arrive. A part's name and type do not matter. Each part must hold a coin, so the limit of
/// coins also limits the parts.
/// </summary>
internal static class CoinForm
{
    /// <summary>RFC 2046, 5.1.1.</summary>
    private const int LongestBoundary = 70;

    private const int MaxHeaders = 16;
    private const int MaxHeaderBytes = 4096;
    private const int BufferLength = 64 * 1024;

    /// <param name="maxCoins">The limit for all parts together.</param>
    /// <returns>At least one coin.</returns>
    /// <exception cref="ApiException">The body is not a form, or a part is invalid.</exception>
    public static async Task<CoinList> ReadAsync(
        Stream body,
        MediaTypeHeaderValue type,
        int maxCoins,
        CancellationToken cancellationToken)
    {
        var form = new MultipartReader(GetBoundary(type), body, BufferLength)
        {
            HeadersCountLimit = MaxHeaders,
            HeadersLengthLimit = MaxHeaderBytes,
        };
        var files = new CoinFileReader(maxCoins);
        for (var number = 1; await ReadNextAsync(form, cancellationToken) is { } part; number++)
        {
            if (number > maxCoins)
            {
                throw new ApiException(ApiError.TooManyCoins(maxCoins));
            }

            await AddAsync(files, part, number, cancellationToken);
        }

        var coins = files.Build();
        return coins.Count > 0
            ? coins
            : throw new ApiException(ApiError.InvalidCoins("body: the form has no coin file, at least one is expected", "body", 1));
    }

    private static async Task AddAsync(CoinFileReader files, MultipartSection part, int number, CancellationToken cancellationToken)
    {
        var fileName = GetFileName(part);
        var where = fileName is null or "" ? $"part {number}: " : $"part {number} ({FileNameText.MakeSafe(fileName)}): ";
        var pipe = PipeReader.Create(part.Body, new StreamPipeReaderOptions(bufferSize: BufferLength, leaveOpen: true));
        try
        {
            if (fileName != "" || !await IsEmptyAsync(pipe, cancellationToken))
            {
                await files.AddAsync(pipe, cancellationToken);
            }
        }
        catch (Exception exception) when (CoinFileErrors.Find(exception, where) is { } error)
        {
            throw new ApiException(error);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw CreateMalformed($"{where}the part is truncated.");
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static async Task<MultipartSection?> ReadNextAsync(MultipartReader form, CancellationToken cancellationToken)
    {
        try
        {
            return await form.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw CreateMalformed(
                "a part lacks its boundary, or its headers are invalid, "
                + $"or more than {MaxHeaders} headers or {MaxHeaderBytes} bytes.");
        }
    }

    /// <summary>A browser sends an empty part with an empty file name if no file was chosen.</summary>
    private static async Task<bool> IsEmptyAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        var result = await pipe.ReadAtLeastAsync(1, cancellationToken);
        pipe.AdvanceTo(result.Buffer.Start);
        return result.Buffer.IsEmpty;
    }

    private static string? GetFileName(MultipartSection part)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
        {
            return null;
        }

        // FileNameStar throws if the parameter has no value.
        var isStarReadable = disposition.Parameters.All(
            parameter => parameter.Value.HasValue || !parameter.Name.Equals("filename*", StringComparison.OrdinalIgnoreCase));
        var name = isStarReadable && disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return name.HasValue ? HeaderUtilities.RemoveQuotes(name).Value : null;
    }

    private static string GetBoundary(MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: >= 1 and <= LongestBoundary }
            ? boundary
            : throw CreateMalformed($"its Content-Type lacks a boundary of 1 to {LongestBoundary} characters.");
    }

    // The web server's exceptions for a body that is too long, or whose client is gone, derive from IOException.
    private static bool IsMalformed(Exception exception) =>
        exception is InvalidDataException || exception.GetType() == typeof(IOException);

    private static ApiException CreateMalformed(string problem) => new(ApiError.MalformedForm(problem));
}
