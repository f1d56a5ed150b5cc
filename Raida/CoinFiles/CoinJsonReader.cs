using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>
/// Reads coins from JSON that comes in pieces, <c>{"coins": [...]}</c> or the older <c>{"cloudcoin": [...]}</c>. Of the text it
/// keeps nothing between two pieces: whoever feeds it holds a token that was cut in two. Members with other names are ignored. A
/// reader reads one text; after an exception it is of no use. Not safe for use by several threads at once.
/// </summary>
public sealed partial class CoinJsonReader : ICoinFileReader
{
    /// <summary>How deep objects and lists may lie within each other: a bound for what ignored members can cost.</summary>
    private const int MaxDepth = 1_000;

    /// <summary>How much is read at a time; more only where one token is longer.</summary>
    private const long ShortestPiece = 64 * 1024;

    private readonly CoinListBuilder _list;
    private readonly CoinListParser _parser;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    private bool _isPastByteOrderMark;
    private bool _isComplete;
    private CoinList? _result;

    /// <summary>Creates a reader.</summary>
    /// <param name="maxCoins">The most coins to take, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public CoinJsonReader(int maxCoins)
        : this(new CoinListBuilder(), maxCoins)
    {
    }

    internal CoinJsonReader(CoinListBuilder list, int maxCoins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCoins, 1);
        _list = list;
        _parser = new CoinListParser(new CoinsOfFile(list, maxCoins));
    }

    /// <summary>The coins, once the last piece was read without an exception; null before.</summary>
    public CoinList? Coins => _isComplete ? _result ??= _list.Build() : null;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the next piece.</summary>
    /// <param name="data">What the last call left unread, and what has come since.</param>
    /// <param name="isFinal">Whether nothing will come any more.</param>
    /// <returns>
    /// How many bytes were read. The rest, a token cut in two, must be given again with more behind it, unless the piece was final.
    /// </returns>
    /// <exception cref="MalformedJsonException">The text is no JSON. Wins over wrong members, which are told at the end only.</exception>
    /// <exception cref="InvalidCoinsException">With the final piece: some members are wrong.</exception>
    /// <exception cref="TooManyCoinsException">The list has more coins than the limit.</exception>
    public long Read(ReadOnlySequence<byte> data, bool isFinal)
    {
        if (!TrySkipByteOrderMark(data, isFinal, out var markLength))
        {
            return 0;
        }

        var rest = data.Slice(markLength);
        rest = ReadWholeTokens(rest);
        if (isFinal)
        {
            ThrowIfEmpty(rest);
            ReadPiece(rest, isFinal: true);
            _parser.Complete();
            _isComplete = true;
            return data.Length;
        }

        return data.Length - rest.Length;
    }

    private ReadOnlySequence<byte> ReadWholeTokens(ReadOnlySequence<byte> text)
    {
        var pieceLength = ShortestPiece;
        while (text.Length > pieceLength)
        {
            // A token longer than the piece is scanned again from its start: twice the piece keeps that linear.
            var consumed = ReadPiece(text.Slice(0, pieceLength), isFinal: false);
            text = text.Slice(consumed);
            pieceLength = consumed == 0 ? 2 * pieceLength : ShortestPiece;
        }

        return text.Slice(ReadPiece(text, isFinal: false));
    }

    private long ReadPiece(ReadOnlySequence<byte> piece, bool isFinal)
    {
        if (piece.IsSingleSegment)
        {
            return ReadPiece(piece.FirstSpan, isFinal);
        }

        // Utf8JsonReader can read several buffers, but throws IndexOutOfRangeException for some cut literals there (.NET 10.0.12).
        var length = checked((int)piece.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            piece.CopyTo(rented);
            return ReadPiece(rented.AsSpan(0, length), isFinal);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private long ReadPiece(ReadOnlySpan<byte> piece, bool isFinal)
    {
        var reader = new Utf8JsonReader(piece, isFinal, _state);
        try
        {
            while (reader.Read())
            {
                _parser.Take(ref reader);
            }
        }
        catch (JsonException exception)
        {
            // The exception itself quotes the text and is not passed on. What is wrong only because nothing comes any more was cut off.
            throw MalformedJsonException.At(
                1 + exception.LineNumber.GetValueOrDefault(),
                1 + exception.BytePositionInLine.GetValueOrDefault(),
                isFinal ? "the JSON breaks off"
                    : IsAtMaxDepth(ref reader) ? $"nested more than {MaxDepth} levels deep"
                    : "no valid JSON from here on");
        }

        _state = reader.CurrentState;
        return reader.BytesConsumed;
    }

    // The reader counts what encloses a token, so that an opening bracket lies one level above what follows it.
    private static bool IsAtMaxDepth(ref Utf8JsonReader reader) =>
        reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0) == MaxDepth;

    private bool TrySkipByteOrderMark(ReadOnlySequence<byte> data, bool isFinal, out long length)
    {
        length = 0;
        if (_isPastByteOrderMark)
        {
            return true;
        }

        Span<byte> head = stackalloc byte[(int)Math.Min(ByteOrderMark.Length, data.Length)];
        data.Slice(0, head.Length).CopyTo(head);
        if (head.Length < ByteOrderMark.Length && !isFinal && ByteOrderMark.StartsWith(head))
        {
            return false;
        }

        _isPastByteOrderMark = true;
        length = head.SequenceEqual(ByteOrderMark) ? ByteOrderMark.Length : 0;
        return true;
    }

    private void ThrowIfEmpty(ReadOnlySequence<byte> rest)
    {
        if (_parser.HasBegun)
        {
            return;
        }

        foreach (var piece in rest)
        {
            if (piece.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                return;
            }
        }

        throw MalformedJsonException.EmptyBody();
    }
}
