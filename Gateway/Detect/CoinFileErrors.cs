using OrleansTasks.Gateway.Http;
using Raida.CoinFiles;

namespace OrleansTasks.Gateway.Detect;

/// <summary>The responses to invalid coin files.</summary>
internal static class CoinFileErrors
{
    /// <param name="where">The start of the message where there are several files.</param>
    /// <returns>Null if the exception does not come from an invalid file.</returns>
    public static ApiError? Find(Exception exception, string where = "") => exception switch
    {
        MalformedJsonException json => ApiError.MalformedJson(where + json.Message, json.Line, json.Position),
        InvalidCoinsException coins => ApiError.InvalidCoins(where + coins.Message, coins.Path, coins.ErrorCount),
        InvalidCoinFileException file => ApiError.InvalidCoinFile(where + file.Message, file.Offset),
        TooManyCoinsException many => ApiError.TooManyCoins(many.Limit),
        _ => null,
    };
}
