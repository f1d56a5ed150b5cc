using System.IO.Pipelines;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

/// <summary>The outcome of reading a text: coins, or one of the documented exceptions.</summary>
internal sealed record ReadOutcome(string Description, CoinList? Coins)
{
    public const int DefaultLimit = 50;

    /// <summary>Reads a text that arrives at once.</summary>
    public static ReadOutcome Of(byte[] text, int maxCoins = DefaultLimit) => OfBuffers(text, [], maxCoins);

    /// <summary>Reads a text that arrives in several chunks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lengths">The length that has arrived after each chunk, in rising order.</param>
    /// <param name="maxCoins">The limit.</param>
    public static ReadOutcome OfChunks(byte[] text, IEnumerable<int> lengths, int maxCoins = DefaultLimit) => Catch(async () =>
    {
        // The reader runs within each write, so that it sees every chunk separately.
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var reading = CoinJsonReader.ReadAsync(pipe.Reader, maxCoins, CancellationToken.None);
        var written = 0;
        foreach (var length in lengths)
        {
            await pipe.Writer.WriteAsync(text.AsMemory(written, length - written));
            written = length;
        }

        await pipe.Writer.WriteAsync(text.AsMemory(written));
        await pipe.Writer.CompleteAsync();
        return await reading;
    });

    /// <summary>Reads a text in several buffers.</summary>
    public static ReadOutcome OfBuffers(byte[] text, IEnumerable<int> cuts, int maxCoins = DefaultLimit) =>
        Catch(() => CoinJsonReader.ReadAsync(PipeReader.Create(BufferSegment.Cut(text, cuts)), maxCoins, CancellationToken.None));

    private static ReadOutcome Catch(Func<Task<CoinList>> read)
    {
        try
        {
            var coins = read().GetAwaiter().GetResult();
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

    // Only the description is compared: it includes everything.
    public bool Equals(ReadOutcome? other) => other?.Description == Description;

    public override int GetHashCode() => Description.GetHashCode(StringComparison.Ordinal);
}
