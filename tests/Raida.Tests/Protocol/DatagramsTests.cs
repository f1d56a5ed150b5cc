using CsCheck;
using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class DatagramsTests
{
    [Fact]
    public void Records_are_cut_into_full_datagrams_and_what_is_left() => Gen.Int[0, 300].Sample(coins =>
    {
        var records = new byte[coins * DetectPayload.RecordLength];
        Random.Shared.NextBytes(records);

        var parts = Datagrams.Cut(records, DetectPayload.MaxCoinsPerDatagram).Select(part => part.ToArray()).ToArray();

        Assert.Equal(records, parts.SelectMany(part => part));
        Assert.Equal((coins + 63) / 64, parts.Length);
        Assert.All(parts.SkipLast(1), part => Assert.Equal(64 * DetectPayload.RecordLength, part.Length));
    });
}
