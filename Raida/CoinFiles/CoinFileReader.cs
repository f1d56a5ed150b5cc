using System.Buffers;
using System.IO.Pipelines;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>
/// Reads coin files into one list, each of whatever form it is: binary of format 9, or JSON. The content decides, not a name. No coin
/// may be in the files twice, and the limit is for all of them together. After an exception the reader is of no use. Not safe for use
/// by several threads at once.
/// </summary>
public sealed class CoinFileReader
{
    private readonly CoinListBuilder _list = new();
    private readonly int _maxCoins;

    /// <summary>Creates a reader.</summary>
    /// <param name="maxCoins">The most coins to take of all files together, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public CoinFileReader(int maxCoins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCoins, 1);
        _maxCoins = maxCoins;
    }

    /// <summary>Reads one file from a pipe to its end.</summary>
    /// <param name="source">The pipe; it is not completed here.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <inheritdoc cref="AddAsync(PipeReader, CancellationToken)" path="/exception" />
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins, CancellationToken cancellationToken)
    {
        var reader = new CoinFileReader(maxCoins);
        await reader.AddAsync(source, cancellationToken).ConfigureAwait(false);
        return reader.Build();
    }

    /// <summary>Reads one file from a stream to its end.</summary>
    /// <param name="source">The stream; it is left open.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <inheritdoc cref="AddAsync(PipeReader, CancellationToken)" path="/exception" />
    public static async Task<CoinList> ReadAsync(Stream source, int maxCoins, CancellationToken cancellationToken)
    {
        var reader = new CoinFileReader(maxCoins);
        await reader.AddAsync(source, cancellationToken).ConfigureAwait(false);
        return reader.Build();
    }

    /// <summary>Reads a further file from a pipe to its end.</summary>
    /// <param name="source">The pipe; it is not completed here.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>When all its coins are in the list.</returns>
    /// <exception cref="InvalidCoinFileException">The file is neither JSON nor a binary coin file that can be read.</exception>
    /// <exception cref="MalformedJsonException">The file is JSON by its beginning, and not by what follows.</exception>
    /// <exception cref="InvalidCoinsException">The file is JSON, and some members are wrong.</exception>
    /// <exception cref="TooManyCoinsException">The files together have more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled, by the token or at the pipe.</exception>
    public Task AddAsync(PipeReader source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return CoinFilePipe.ReadToEndAsync(source, new OneFile(this), cancellationToken);
    }

    /// <summary>Reads a further file from a stream to its end.</summary>
    /// <param name="source">The stream; it is left open.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>When all its coins are in the list.</returns>
    /// <inheritdoc cref="AddAsync(PipeReader, CancellationToken)" path="/exception" />
    public Task AddAsync(Stream source, CancellationToken cancellationToken) =>
        CoinFilePipe.ReadToEndAsync(source, new OneFile(this), cancellationToken);

    /// <summary>Makes the list of all that was read. The reader starts anew.</summary>
    /// <returns>The coins in the order of the files; none when there was no file.</returns>
    public CoinList Build() => _list.Build();

    /// <summary>A file whose form shows with its first bytes.</summary>
    private sealed class OneFile(CoinFileReader owner) : ICoinFileReader
    {
        private ICoinFileReader? _reader;

        public long Read(ReadOnlySequence<byte> data, bool isFinal)
        {
            if (_reader is null)
            {
                Span<byte> head = stackalloc byte[(int)Math.Min(CoinFileForms.HeadLength, data.Length)];
                data.Slice(0, head.Length).CopyTo(head);
                if (head.Length < CoinFileForms.HeadLength && !isFinal)
                {
                    return 0;
                }

                _reader = Create(head);
            }

            return _reader.Read(data, isFinal);
        }

        private ICoinFileReader Create(ReadOnlySpan<byte> head) => CoinFileForms.Recognise(head) switch
        {
            CoinFileForm.Binary => new CoinBinaryReader(owner._list, owner._maxCoins),
            CoinFileForm.Json => new CoinJsonReader(owner._list, owner._maxCoins),
            _ => throw new InvalidCoinFileException(
                0,
                head.IsEmpty ? "the file is empty" : "neither a binary coin file of format 9 nor JSON begins like this"),
        };
    }
}
