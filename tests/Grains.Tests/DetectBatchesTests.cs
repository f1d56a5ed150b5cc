using CsCheck;
using OrleansTasks.Grains.Detect;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

public sealed class DetectBatchesTests
{
    private const int Most = DetectPayload.MaxCoinsPerRequest;

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(64, 1, false)]
    [InlineData(256, 1, false)]
    [InlineData(257, 2, false)]
    [InlineData(1024, 4, false)]
    [InlineData(1025, 2, true)]
    [InlineData(64 + Most, 2, true)]
    [InlineData(65 + Most, 3, true)]
    [InlineData(65_535, 22, true)]
    public void Up_to_1024_coins_go_in_datagrams_and_more_by_tcp_after_a_first_datagram(int coins, int count, bool isByTcp)
    {
        var batches = new DetectBatches(coins, Most);

        Assert.Equal((count, isByTcp), (batches.Count, batches.IsByTcp));
        Assert.Equal((0, Math.Min(coins, isByTcp ? 64 : 256)), batches[0]);
    }

    [Fact]
    public void With_a_key_coin_all_go_in_datagrams() =>
        Gen.Int[1, 65_535].Sample(coins => !new DetectBatches(coins, DetectPayload.MaxCoinsPerEncryptedRequest).IsByTcp);

    [Fact]
    public void Every_coin_is_in_one_batch_that_its_way_can_carry() =>
        Gen.Select(Gen.Int[1, 65_535], Gen.Bool).Sample((coins, encrypts) =>
        {
            var most = encrypts ? DetectPayload.MaxCoinsPerEncryptedRequest : Most;
            var batches = new DetectBatches(coins, most);
            var next = 0;
            for (var batch = 0; batch < batches.Count; batch++)
            {
                var (start, length) = batches[batch];
                Assert.Equal(next, start);
                Assert.InRange(length, 1, batches.IsByTcp && batch > 0 ? most : DetectBatches.CoinsPerCall);
                next += length;
            }

            Assert.Equal(coins, next);
        });
}
