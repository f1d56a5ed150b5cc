using CsCheck;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

public sealed class AdaptiveConcurrencyLimitTests
{
    private const int Most = 1000;

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(6);

    private readonly AdaptiveConcurrencyLimit _limit = new(Most, Late);

    [Fact]
    public void As_long_as_the_process_is_on_time_as_many_may_run_as_are_configured()
    {
        Count(TimeSpan.FromMilliseconds(5), running: Most, times: 1000);

        Assert.Equal(Most, _limit.Current);
    }

    [Fact]
    public void A_single_late_moment_means_nothing()
    {
        Count(TimeSpan.FromMilliseconds(1), running: 500, times: 100);
        Count(TimeSpan.FromSeconds(1), running: 500, times: 1);

        Assert.Equal(Most, _limit.Current);
    }

    [Fact]
    public void A_process_that_is_late_takes_fewer_than_run_and_some_in_any_case()
    {
        Count(TimeSpan.FromMilliseconds(60), running: 500, times: 2);
        Assert.Equal(400, _limit.Current);

        Count(TimeSpan.FromMilliseconds(60), running: 500, times: 100);
        Assert.Equal(AdaptiveConcurrencyLimit.Least, _limit.Current);
    }

    [Fact]
    public void Within_a_second_of_a_minute_of_lateness_all_is_as_before()
    {
        Count(TimeSpan.FromMilliseconds(100), running: 500, times: 3000);

        // The pace of 20 ms: 50 times are a second.
        Count(TimeSpan.Zero, running: 0, times: 50);

        Assert.Equal(Most, _limit.Current);
    }

    [Fact]
    public void It_is_never_outside_what_is_configured() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Select(Gen.Int[0, 100], Gen.Int[0, 5000]).Array).Sample((most, moments) =>
        {
            var limit = new AdaptiveConcurrencyLimit(most, Late);
            foreach (var (milliseconds, running) in moments)
            {
                limit.Count(TimeSpan.FromMilliseconds(milliseconds), running);
                Assert.InRange(limit.Current, Math.Min(AdaptiveConcurrencyLimit.Least, most), most);
            }
        });

    private void Count(TimeSpan lateness, int running, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _limit.Count(lateness, running);
        }
    }
}
