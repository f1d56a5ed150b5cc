using System.Buffers;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

/// <summary>What came of reading a text: coins, or one of the exceptions that the reader is allowed to throw.</summary>
internal sealed record ReadOutcome(string Description, CoinList? Coins)
{
    public const int DefaultLimit = 50;

    /// <summary>Reads a text in one piece.</summary>
    public static ReadOutcome Of(byte[] text, int maxCoins = DefaultLimit) => OfPieces(text, [], maxCoins);

    /// <summary>Reads a text as it comes in, a read at every length given and one of the whole.</summary>
    public static ReadOutcome OfPieces(byte[] text, IEnumerable<int> lengths, int maxCoins = DefaultLimit) => Catch(() =>
    {
        var reader = new CoinJsonReader(maxCoins);
        var consumed = 0;
        foreach (var length in lengths)
        {
            consumed += (int)reader.Read(new ReadOnlySequence<byte>(text, consumed, length - consumed), isFinal: false);
            Assert.Null(reader.Coins);
            Assert.InRange(consumed, 0, length);
        }

        var rest = new ReadOnlySequence<byte>(text, consumed, text.Length - consumed);
        Assert.Equal(rest.Length, reader.Read(rest, isFinal: true));
        return reader.Coins;
    });

    /// <summary>Reads a text that lies in several buffers.</summary>
    public static ReadOutcome OfBuffers(byte[] text, IEnumerable<int> cuts, int maxCoins = DefaultLimit) => Catch(() =>
    {
        var reader = new CoinJsonReader(maxCoins);
        reader.Read(BufferSegment.Cut(text, cuts), isFinal: true);
        return reader.Coins;
    });

    private static ReadOutcome Catch(Func<CoinList?> read)
    {
        try
        {
            var coins = read();
            Assert.NotNull(coins);
            return new ReadOutcome(Describe(coins), coins);
        }
        catch (MalformedJsonException e)
        {
            return new ReadOutcome($"malformed at {e.Line}:{e.Position}: {e.Message}", null);
        }
        catch (InvalidCoinsException e)
        {
            return new ReadOutcome($"{e.ErrorCount} wrong, first {e.Path}: {e.Message}", null);
        }
        catch (TooManyCoinsException e)
        {
            return new ReadOutcome($"limit {e.Limit}: {e.Message}", null);
        }
    }

    private static string Describe(CoinList coins) =>
        $"{coins.Count}: {Convert.ToHexString(coins.Records.Span)} {Convert.ToHexString(coins.EarlierPownstrings.Span)}";

    // Of a record's own members only the description is compared: it has everything.
    public bool Equals(ReadOutcome? other) => other?.Description == Description;

    public override int GetHashCode() => Description.GetHashCode(StringComparison.Ordinal);
}
