using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;

namespace OrleansTasks.Gateway.Detect;

/// <summary>Turns the errors of coin files into error responses.</summary>
internal static class CoinFileErrors
{
    /// <param name="where">The start of the message where there are several files.</param>
    /// <exception cref="ApiException">The file is invalid.</exception>
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
