using System.IO.Pipelines;
using Raida.Coins;

namespace Raida.CoinFiles;

public sealed partial class CoinJsonReader
{
    /// <summary>Reads coins from a pipe to its end.</summary>
    /// <param name="source">The pipe; it is not completed here.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <exception cref="MalformedJsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidCoinsException">Some members are wrong.</exception>
    /// <exception cref="TooManyCoinsException">The list has more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled, by the token or at the pipe.</exception>
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new CoinJsonReader(maxCoins);
        await CoinFilePipe.ReadToEndAsync(source, reader, cancellationToken).ConfigureAwait(false);
        return reader.Coins!;
    }

    /// <summary>Reads coins from a stream to its end.</summary>
    /// <param name="source">The stream; it is left open.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <exception cref="MalformedJsonException">The text is no JSON.</exception>
    /// <exception cref="InvalidCoinsException">Some members are wrong.</exception>
    /// <exception cref="TooManyCoinsException">The list has more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static async Task<CoinList> ReadAsync(Stream source, int maxCoins, CancellationToken cancellationToken)
    {
        var reader = new CoinJsonReader(maxCoins);
        await CoinFilePipe.ReadToEndAsync(source, reader, cancellationToken).ConfigureAwait(false);
        return reader.Coins!;
    }
}
