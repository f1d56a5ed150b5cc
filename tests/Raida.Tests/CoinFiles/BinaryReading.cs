using System.IO.Pipelines;
using Raida.CoinFiles;
using Raida.Coins;

namespace Raida.Tests.CoinFiles;

/// <summary>Reads binary files without detection of the format.</summary>
internal static class BinaryReading
{
    public static async Task<CoinList> ReadAsync(PipeReader source, int maxCoins)
    {
        var list = new CoinListBuilder();
        await new CoinBinaryReader(new CoinsOfFile(list, maxCoins)).ReadAsync(source, TestContext.Current.CancellationToken);
        return list.Build();
    }

    public static Task<CoinList> ReadAsync(Stream source, int maxCoins) => ReadAsync(PipeReader.Create(source), maxCoins);
}
