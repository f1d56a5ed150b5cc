using CsCheck;
using OrleansTasks.Grains.Detect;

namespace OrleansTasks.Grains.Tests;

public sealed class DetectBatchesTests
{
    [Fact]
    public void Every_coin_is_in_one_batch() => Gen.Int[1, 65_535].Sample(coins =>
    {
        var batches = new DetectBatches(coins);
        var next = 0;
        for (var batch = 0; batch < batches.Count; batch++)
        {
            var (start, length) = batches[batch];
            Assert.Equal(next, start);
            Assert.InRange(length, 1, DetectBatches.CoinsPerCall);
            next += length;
        }

        Assert.Equal(coins, next);
    });
}
