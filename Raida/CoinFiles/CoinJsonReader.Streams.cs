using System.IO.Pipelines;
using Raida.Coins;

namespace Raida.CoinFiles;

public sealed partial class CoinJsonReader
{
    private const int StreamBufferLength = 64 * 1024;

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
        var wanted = 1;
        while (true)
        {
            var result = await source.ReadAtLeastAsync(wanted, cancellationToken).ConfigureAwait(false);
            var data = result.Buffer;
            var consumed = 0L;
            try
            {
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The pipe's reading was cancelled.");
                }

                consumed = reader.Read(data, result.IsCompleted);
            }
            finally
            {
                // A cut token is scanned again from its start: waiting for twice as much keeps that linear for the longest string.
                // Computed first, for what is given back may be no more.
                wanted = (int)Math.Min(1 + (2 * (data.Length - consumed)), int.MaxValue);
                source.AdvanceTo(data.GetPosition(consumed), data.End);
            }

            if (reader.Coins is { } coins)
            {
                return coins;
            }
        }
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
        var pipe = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: StreamBufferLength, leaveOpen: true));
        try
        {
            return await ReadAsync(pipe, maxCoins, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }
}
