using System.IO.Pipelines;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

/// <summary>Bodies as a web server delivers them: in chunks, in buffers that are reused after reading.</summary>
public sealed class CoinJsonPipeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(65536)]
    public async Task Body_in_chunks_of_any_length_is_read(int pieceLength)
    {
        const int Coins = 40;
        var body = await CreateBodyAsync(Coins);
        var pipe = new Pipe();
        var reading = CoinJsonReader.ReadAsync(pipe.Reader, Coins, Token);
        for (var start = 0; start < body.Length; start += pieceLength)
        {
            await pipe.Writer.WriteAsync(body.AsMemory(start, Math.Min(pieceLength, body.Length - start)), Token);
        }

        await pipe.Writer.CompleteAsync();

        Assert.Equal(Coins, (await reading).Count);
    }

    private static async Task<byte[]> CreateBodyAsync(int count)
    {
        var builder = new CoinListBuilder();
        for (var serialNumber = 0u; serialNumber < count; serialNumber++)
        {
            builder.TryAdd(new Denomination(1), serialNumber, new byte[AuthenticityNumber.LengthOfAll], earlierPownstring: null, out _);
        }

        using var file = new MemoryStream();
        await CoinJsonWriter.WriteAsync(file, builder.Build(), note: null, Token);
        return file.ToArray();
    }
}
