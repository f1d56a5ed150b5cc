using CsCheck;
using Raida.Servers;

namespace Raida.Tests.Servers;

public sealed class LatencyHistoryTests
{
    [Fact]
    public void History_holds_the_newest_latencies_in_order() =>
        Gen.Int[0, 500].List[0, 400].Sample(values =>
        {
            var history = new LatencyHistory();
            values.ForEach(value => history.Add(TimeSpan.FromMilliseconds(value)));

            var newest = values.TakeLast(LatencyHistory.Length).Order().Select(value => TimeSpan.FromMilliseconds(value));
            Assert.Equal(newest, history.Sorted);
            Assert.Equal(Math.Min(values.Count, LatencyHistory.Length), history.Count);
        });

    [Fact]
    public void Percentile_is_the_least_value_that_the_given_share_does_not_exceed() =>
        Gen.Select(Gen.Int[0, 1000].List[1, 300], Gen.Int[1, 100]).Sample((values, percent) =>
        {
            var found = Percentile.Of([.. values.Order()], percent);

            Assert.Contains(found, values);
            Assert.True(values.Count(value => value <= found) * 100 >= percent * values.Count);
            Assert.True(values.Count(value => value < found) * 100 < percent * values.Count);
        });

    [Theory]
    [InlineData(50, 50)]
    [InlineData(95, 95)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void Percentile_of_100_values_is_the_one_of_that_rank(int percent, int expected)
    {
        var history = new LatencyHistory();
        foreach (var value in Enumerable.Range(1, 100).Reverse())
        {
            history.Add(TimeSpan.FromMilliseconds(value));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(expected), history.GetPercentile(percent));
    }
}
