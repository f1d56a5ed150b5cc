using System.Buffers;
using System.IO.Pipelines;
using Raida.Coins;
using Raida.Protocol;

namespace Raida.CoinFiles;

/// <summary>
/// Reads coin files into one list, each of them binary (format 9) or JSON, which its content determines. A coin may occur only once in all
/// files, and the limit applies to all files together. Do not use a reader after an exception. Not thread-safe.
/// </summary>
public sealed class CoinFileReader
{
    private const int StreamBufferLength = 64 * 1024;

    /// <summary>How many of a file's first bytes determine its form.</summary>
    private const int HeadLength = 3;

    private readonly CoinListBuilder _list = new();
    private readonly int _maxCoins;
    private readonly bool _isForKeyCoin;

    /// <summary>Creates a reader.</summary>
    /// <param name="maxCoins">The largest number of coins to accept from all files together, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public CoinFileReader(int maxCoins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCoins, 1);
        _maxCoins = maxCoins;
    }

    private CoinFileReader(bool isForKeyCoin)
        : this(maxCoins: 1) => _isForKeyCoin = isForKeyCoin;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Reads one file from a pipe to its end. The pipe is not completed.</summary>
    /// <returns>The coins, at least one.</returns>
    /// <inheritdoc cref="AddAsync" path="/exception" />
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins, CancellationToken cancellationToken)
    {
        var reader = new CoinFileReader(maxCoins);
        await reader.AddAsync(source, cancellationToken).ConfigureAwait(false);
        return reader.Build();
    }

    /// <summary>Reads one file from a stream to its end. The stream stays open.</summary>
    /// <returns>The coins, at least one.</returns>
    /// <inheritdoc cref="AddAsync" path="/exception" />
    public static Task<CoinList> ReadAsync(Stream source, int maxCoins, CancellationToken cancellationToken) =>
        new CoinFileReader(maxCoins).ReadAsync(source, cancellationToken);

    /// <summary>
    /// Reads a file of one coin, whose denomination may have any code that is a signed byte, to its end. The stream stays open.
    /// </summary>
    /// <inheritdoc cref="AddAsync" path="/exception" />
    public static async Task<KeyCoin> ReadKeyCoinAsync(Stream source, CancellationToken cancellationToken)
    {
        var coins = await new CoinFileReader(isForKeyCoin: true).ReadAsync(source, cancellationToken).ConfigureAwait(false);
        return new KeyCoin((sbyte)coins.Records.Span[0], coins[0].SerialNumber, coins[0].AuthenticityNumbers);
    }

    /// <summary>Reads another file from a pipe to its end. The pipe is not completed.</summary>
    /// <exception cref="InvalidCoinFileException">The file is neither JSON nor a valid binary coin file.</exception>
    /// <exception cref="MalformedJsonException">The file begins like JSON, but is not well-formed.</exception>
    /// <exception cref="InvalidCoinsException">The file is JSON with invalid members.</exception>
    /// <exception cref="TooManyCoinsException">The files together have more coins than the limit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pending read of the pipe.</exception>
    public async Task AddAsync(PipeReader source, CancellationToken cancellationToken)
    {
        var coins = new CoinsOfFile(_list, _maxCoins, _isForKeyCoin);
        if (await IsBinaryAsync(source, cancellationToken).ConfigureAwait(false))
        {
            await new CoinBinaryReader(coins).ReadAsync(source, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CoinJsonReader.ReadAsync(source, coins, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates the list of all coins that were read, in the order of the files. The reader is empty afterwards.</summary>
    public CoinList Build() => _list.Build();

    internal static void ThrowIfCanceled(ReadResult result)
    {
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The pending read of the pipe was cancelled.");
        }
    }

    private async Task<CoinList> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: StreamBufferLength, leaveOpen: true));
        try
        {
            await AddAsync(pipe, cancellationToken).ConfigureAwait(false);
            return Build();
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether a file is binary; if not, it begins like JSON.</summary>
    private static async Task<bool> IsBinaryAsync(PipeReader source, CancellationToken cancellationToken)
    {
        var result = await source.ReadAtLeastAsync(HeadLength, cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfCanceled(result);
            var head = result.Buffer.Slice(0, Math.Min(HeadLength, result.Buffer.Length)).ToArray();
            if (head.Length > 0 && head[0] == CoinBinaryHeader.Format && !IsIndentedJson(head))
            {
                return true;
            }

            return head.Length > 0 && (head[0] is (byte)'{' or (byte)'[' || WhiteSpace.Contains(head[0]) || head.AsSpan().StartsWith(ByteOrderMark))
                ? false
                : throw new InvalidCoinFileException(
                    0,
                    Describe(head));
        }
        finally
        {
            source.AdvanceTo(result.Buffer.Start);
        }
    }

    /// <summary>Says what an unknown file is, and what is expected instead.</summary>
    private static string Describe(ReadOnlySpan<byte> head) => head switch
    {
        [] => "the file is empty",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "this is text in UTF-16: send JSON in UTF-8",
        [0x50, 0x4B, ..] => "this is a ZIP archive: extract it, and send the coin files",
        [0x1F, 0x8B, ..] => "this is compressed with gzip: send the coin file uncompressed",
        [0x89, 0x50, 0x4E, ..] => "this is a PNG image: send a binary coin file of format 9 or a JSON file",
        [0xFF, 0xD8, 0xFF, ..] => "this is a JPEG image: send a binary coin file of format 9 or a JSON file",
        [< CoinBinaryHeader.Format, ..] => $"this is a binary file of format {head[0]}: only format 9 is supported",
        _ => "neither a binary coin file of format 9 nor JSON begins like this",
    };

    // The format's number, 9, is also a tab. The third byte of a binary file is the first one of the coin id, which is 0.
    private static bool IsIndentedJson(ReadOnlySpan<byte> head) =>
        head is [_, _] or [_, _, not 0] && (head[1] == '{' || WhiteSpace.Contains(head[1]));
}

/// <summary>Adds the coins of one file to a list, which may already have coins of other files.</summary>
/// <param name="maxCoins">The largest number of coins of all files together.</param>
/// <param name="isForKeyCoin">Whether any signed byte is a valid code of a denomination.</param>
internal sealed class CoinsOfFile(CoinListBuilder list, int maxCoins, bool isForKeyCoin = false)
{
    private readonly int _countBefore = list.Count;

    /// <summary>The accepted codes in messages.</summary>
    public string Denominations => isForKeyCoin
        ? $"{sbyte.MinValue} to {sbyte.MaxValue}"
        : $"{Denomination.MinCode} to {Denomination.MaxCode}";

    public bool AcceptsDenomination(sbyte code) => isForKeyCoin || Denomination.IsValid(code);

    /// <summary>Checks how many coins the file has, or has so far.</summary>
    public void ThrowIfTooMany(int count)
    {
        if (count > maxCoins - _countBefore)
        {
            throw new TooManyCoinsException(maxCoins);
        }
    }

    /// <summary>Announces how many coins the file claims to have.</summary>
    public void Expect(int count) => list.Expect(count);

    /// <summary>Adds a coin. Returns what is wrong if it is a duplicate; otherwise null.</summary>
    /// <param name="listName">The name of the file's list of coins in messages.</param>
    public string? Add(
        sbyte denominationCode,
        uint serialNumber,
        ReadOnlySpan<byte> authenticityNumbers,
        Pownstring? earlierPownstring,
        string listName)
    {
        if (list.TryAddByCode(denominationCode, serialNumber, authenticityNumbers, earlierPownstring, out var earlier))
        {
            return null;
        }

        var other = earlier < _countBefore ? "a coin of an earlier file" : $"{listName}[{earlier - _countBefore}]";
        return $"the same denomination and serial number as {other}";
    }
}
