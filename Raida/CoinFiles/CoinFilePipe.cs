using System.IO.Pipelines;

namespace Raida.CoinFiles;

/// <summary>Feeds a reader from a pipe or a stream.</summary>
internal static class CoinFilePipe
{
    private const int StreamBufferLength = 64 * 1024;

    /// <summary>Reads a pipe to its end.</summary>
    /// <param name="source">The pipe; it is not completed here.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>When the reader has read the last piece.</returns>
    public static async Task ReadToEndAsync(PipeReader source, ICoinFileReader reader, CancellationToken cancellationToken)
    {
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

            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="source">The stream; it is left open.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>When the reader has read the last piece.</returns>
    public static async Task ReadToEndAsync(Stream source, ICoinFileReader reader, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: StreamBufferLength, leaveOpen: true));
        try
        {
            await ReadToEndAsync(pipe, reader, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }
}
