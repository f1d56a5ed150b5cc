using System.IO.Pipelines;
using CsCheck;
using Raida.CoinFiles;
using Raida.Coins;
using Raida.Tests.Coins;

namespace Raida.Tests.CoinFiles;

public sealed class CoinBinaryPropertyTests
{
    private static readonly Gen<CoinList> CoinLists =
        Gen.Select(Gen.Int[-8, 6], Gen.UInt, Gen.Byte.Array[AuthenticityNumber.LengthOfAll], Pownstrings.Optional)
            .Array[1, 30]
            .Select(coins =>
            {
                var builder = new CoinListBuilder();
                foreach (var (code, serialNumber, secrets, pownstring) in coins)
                {
                    builder.TryAdd(new Denomination(code), serialNumber, secrets, pownstring, out _);
                }

                return builder.Build();
            });

    [Fact]
    public Task Coins_written_are_read_back_in_chunks_of_any_length() =>
        Gen.Select(CoinLists, Gen.Double.Unit.Array[0, 20], Gen.Bool).SampleAsync(async (coins, places, isPadded) =>
        {
            using var stream = new MemoryStream();
            await CoinBinaryWriter.WriteAsync(stream, coins, TestContext.Current.CancellationToken);
            var padding = isPadded ? (32 - ((int)stream.Length % 32)) % 32 : 0;
            byte[] file = [.. stream.ToArray(), .. new byte[padding]];
            int[] cuts = [.. places.Select(place => (int)(place * file.Length)).Order()];

            return IsSame(coins, await ReadChunksAsync(file, cuts))
                && IsSame(coins, await BinaryReading.ReadAsync(PipeReader.Create(BufferSegment.Cut(file, cuts)), maxCoins: 30))
                && IsSame(coins, await BinaryReading.ReadAsync(new TricklingStream(file, pieceLength: 1), maxCoins: 30));
        });

    private static async Task<CoinList> ReadChunksAsync(byte[] file, int[] lengths)
    {
        // The reader runs within each write, so that it sees every chunk separately.
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        var reading = BinaryReading.ReadAsync(pipe.Reader, maxCoins: 30);
        var written = 0;
        foreach (var length in lengths.Append(file.Length))
        {
            await pipe.Writer.WriteAsync(file.AsMemory(written, length - written), TestContext.Current.CancellationToken);
            written = length;
        }

        await pipe.Writer.CompleteAsync();
        return await reading;
    }

    private static bool IsSame(CoinList written, CoinList read)
    {
        // A file of one coin has its pownstring, unless no RAIDA was asked; those of several have none.
        var earlier = written.Count == 1 && written[0].EarlierPownstring != default(Pownstring) ? written[0].EarlierPownstring : null;
        return read.Records.Span.SequenceEqual(written.Records.Span)
            && Enumerable.Range(0, read.Count).All(i => read[i].EarlierPownstring == earlier);
    }
}
