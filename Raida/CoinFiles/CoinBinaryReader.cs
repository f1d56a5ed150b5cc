using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>
/// Reads coins from a binary file of format 9 that comes in pieces. It keeps nothing of a piece but whole coins: whoever feeds it holds
/// a coin that was cut in two. A reader reads one file; after an exception it is of no use. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A header of 32 bytes, the coins one behind the other, and perhaps padding, whatever it holds, that rounds their area up to a multiple
/// of 32. <see cref="CoinBinaryHeader"/> and <see cref="CoinBinaryRecord"/> have the layouts.
/// </remarks>
public sealed class CoinBinaryReader : ICoinFileReader
{
    private const int PaddedTo = 32;
    private const string ListName = "coins";

    private readonly CoinListBuilder _list;
    private readonly CoinsOfFile _coins;
    private CoinBinaryHeader? _header;
    private int _count;
    private bool _isComplete;
    private CoinList? _result;

    /// <summary>Creates a reader.</summary>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public CoinBinaryReader(int maxCoins)
        : this(new CoinListBuilder(), maxCoins)
    {
    }

    internal CoinBinaryReader(CoinListBuilder list, int maxCoins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCoins, 1);
        _list = list;
        _coins = new CoinsOfFile(list, maxCoins);
    }

    /// <summary>The coins, once the last piece was read without an exception; null before.</summary>
    public CoinList? Coins => _isComplete ? _result ??= _list.Build() : null;

    private int CoinLength => _header!.HasProposals ? CoinBinaryRecord.LengthWithProposals : CoinBinaryRecord.Length;

    /// <summary>Where the next coin begins, or behind the last one the padding.</summary>
    private long Offset => CoinBinaryHeader.Length + ((long)_count * CoinLength);

    /// <summary>Reads a file from a pipe to its end.</summary>
    /// <param name="source">The pipe; it is not completed here.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <exception cref="InvalidCoinFileException">The file is no binary coin file that can be read.</exception>
    /// <exception cref="TooManyCoinsException">The file has more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled, by the token or at the pipe.</exception>
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new CoinBinaryReader(maxCoins);
        await CoinFilePipe.ReadToEndAsync(source, reader, cancellationToken).ConfigureAwait(false);
        return reader.Coins!;
    }

    /// <summary>Reads a file from a stream to its end.</summary>
    /// <param name="source">The stream; it is left open.</param>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>The coins, at least one.</returns>
    /// <exception cref="InvalidCoinFileException">The file is no binary coin file that can be read.</exception>
    /// <exception cref="TooManyCoinsException">The file has more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public static async Task<CoinList> ReadAsync(Stream source, int maxCoins, CancellationToken cancellationToken)
    {
        var reader = new CoinBinaryReader(maxCoins);
        await CoinFilePipe.ReadToEndAsync(source, reader, cancellationToken).ConfigureAwait(false);
        return reader.Coins!;
    }

    /// <summary>Reads the next piece.</summary>
    /// <param name="data">What the last call left unread, and what has come since.</param>
    /// <param name="isFinal">Whether nothing will come any more.</param>
    /// <returns>How many bytes were read. The rest must be given again with more behind it, unless the piece was final.</returns>
    /// <exception cref="InvalidCoinFileException">The file is no binary coin file that can be read.</exception>
    /// <exception cref="TooManyCoinsException">The file has more coins than the limit; it is thrown before any of them is read.</exception>
    public long Read(ReadOnlySequence<byte> data, bool isFinal)
    {
        var rest = data;
        if (_header is null)
        {
            if (data.Length < CoinBinaryHeader.Length)
            {
                return isFinal ? throw CreateCutHeader(data.Length) : 0;
            }

            ReadHeader(data.Slice(0, CoinBinaryHeader.Length));
            rest = data.Slice(CoinBinaryHeader.Length);
        }

        while (_count < _header!.Count && rest.Length >= CoinLength)
        {
            ReadCoin(rest.Slice(0, CoinBinaryRecord.Length));
            rest = rest.Slice(CoinLength);
        }

        if (_count == _header.Count)
        {
            CheckPadding(rest.Length, isFinal);
        }

        if (isFinal)
        {
            _isComplete = _count == _header.Count ? true : throw CreateCutCoin(rest.Length);
            return data.Length;
        }

        return data.Length - rest.Length;
    }

    private static InvalidCoinFileException CreateCutHeader(long length) =>
        new(length, $"the file breaks off in its header of {CoinBinaryHeader.Length} bytes");

    private InvalidCoinFileException CreateCutCoin(long length) => new(
        Offset + length,
        $"the file breaks off at coins[{_count}] of {_header!.Count}, "
        + $"{CoinBinaryHeader.Length + ((long)_header.Count * CoinLength)} bytes expected");

    private void ReadHeader(ReadOnlySequence<byte> bytes)
    {
        Span<byte> copy = stackalloc byte[CoinBinaryHeader.Length];
        bytes.CopyTo(copy);
        var header = CoinBinaryHeader.Read(copy);
        _coins.ThrowIfTooMany(header.Count);
        _coins.Expect(header.Count);
        _header = header;
    }

    private void ReadCoin(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            ReadCoin(bytes.FirstSpan);
            return;
        }

        Span<byte> copy = stackalloc byte[CoinBinaryRecord.Length];
        bytes.CopyTo(copy);
        ReadCoin(copy);
        CryptographicOperations.ZeroMemory(copy);
    }

    // What is wrong here may be a file of another layout, and the wrong byte one of a secret: messages do not repeat it.
    private void ReadCoin(ReadOnlySpan<byte> coin)
    {
        ThrowUnless(CoinBinaryRecord.GetSplit(coin) == 0, 0, "the split id is not 0");
        ThrowUnless(CoinBinaryRecord.GetShard(coin) == 0, CoinBinaryRecord.ShardOffset, "the shard id is not 0");
        var code = CoinBinaryRecord.GetDenominationCode(coin);
        ThrowUnless(Denomination.IsValid(code), CoinBinaryRecord.DenominationOffset, "the denomination is not one from -8 to 6");
        var problem = _coins.Add(
            new Denomination(code),
            CoinBinaryRecord.GetSerialNumber(coin),
            CoinBinaryRecord.GetAuthenticityNumbers(coin),
            _header!.EarlierPownstring,
            ListName);
        ThrowUnless(problem is null, CoinBinaryRecord.DenominationOffset, problem ?? "");
        _count++;
    }

    private void ThrowUnless(bool isRight, int offsetInCoin, string problem)
    {
        if (!isRight)
        {
            throw new InvalidCoinFileException(Offset + offsetInCoin, $"{ListName}[{_count}]: {problem}");
        }
    }

    private void CheckPadding(long length, bool isFinal)
    {
        var area = (long)_count * CoinLength;
        var padding = -area & (PaddedTo - 1);
        if (length > padding)
        {
            throw new InvalidCoinFileException(
                Offset + padding,
                $"more behind the last of {_count} coins than padding to a multiple of {PaddedTo}");
        }

        if (isFinal && length > 0 && length < padding)
        {
            throw new InvalidCoinFileException(
                Offset,
                $"{length} {(length == 1 ? "byte" : "bytes")} behind the last of {_count} coins, none or {padding} of padding expected");
        }
    }
}
