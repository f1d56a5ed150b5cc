using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Answers what is wrong with coin files.</summary>
internal static class CoinFileErrors
{
    /// <summary>Reads, and makes an error answer of whatever is wrong with the file.</summary>
    /// <param name="read">Reads the file.</param>
    /// <param name="where">What messages begin with, where there are several files.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="ApiException">The file is wrong.</exception>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> read, string where = "")
    {
        try
        {
            return await read();
        }
        catch (MalformedJsonException exception)
        {
            throw new ApiException(ApiError.MalformedJson(where + exception.Message, exception.Line, exception.Position));
        }
        catch (InvalidCoinsException exception)
        {
            throw new ApiException(ApiError.InvalidCoins(where + exception.Message, exception.Path, exception.ErrorCount));
        }
        catch (InvalidCoinFileException exception)
        {
            throw new ApiException(ApiError.InvalidCoinFile(where + exception.Message, exception.Offset));
        }
        catch (TooManyCoinsException exception)
        {
            throw new ApiException(ApiError.TooManyCoins(exception.Limit));
        }
    }
}
