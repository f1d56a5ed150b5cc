using CsCheck;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

public sealed class AdaptiveConcurrencyLimitTests
{
    private const int Max = 1000;
    private const int MeasurementsPerSecond = 50;

    private static readonly TimeSpan MinTarget = TimeSpan.FromMilliseconds(2);

    private readonly AdaptiveConcurrencyLimit _limit = new(Max, MinTarget);

    [Fact]
    public void Delay_below_target_leaves_configured_limit()
    {
        Update(0.9 * MinTarget, running: Max, times: 1000);

        Assert.Equal(Max, _limit.Current);
    }

    [Fact]
    public void Single_long_delay_leaves_configured_limit()
    {
        Update(TimeSpan.FromMilliseconds(0.1), running: 500, times: 100);
        Update(TimeSpan.FromSeconds(1), running: 500, times: 1);

        Assert.Equal(Max, _limit.Current);
    }

    [Fact]
    public void Delay_above_target_shrinks_limit_below_running_tasks_down_to_floor()
    {
        Update(10 * MinTarget, running: 500, times: 2);
        Assert.Equal(400, _limit.Current);

        Update(10 * MinTarget, running: 500, times: 100);
        Assert.Equal(AdaptiveConcurrencyLimit.Floor, _limit.Current);
    }

    [Fact]
    public void Limit_is_restored_within_one_second_after_a_minute_of_delay()
    {
        Update(TimeSpan.FromMilliseconds(100), running: 500, times: 60 * MeasurementsPerSecond);
        Update(TimeSpan.Zero, running: 0, times: MeasurementsPerSecond);

        Assert.Equal(Max, _limit.Current);
    }

    [Fact]
    public void Limit_stays_between_floor_and_configured_maximum() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Select(Gen.Int[0, 100], Gen.Int[0, 5000]).Array).Sample((max, measurements) =>
        {
            var limit = new AdaptiveConcurrencyLimit(max, MinTarget);
            foreach (var (milliseconds, running) in measurements)
            {
                limit.Update(TimeSpan.FromMilliseconds(milliseconds), running);
                Assert.InRange(limit.Current, Math.Min(AdaptiveConcurrencyLimit.Floor, max), max);
            }
        });

    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(100)]
    public void Usual_load_is_accepted_on_any_machine(double usualMilliseconds)
    {
        for (var measurement = 0; measurement < 60 * MeasurementsPerSecond; measurement++)
        {
            UpdateSaturated(usualMilliseconds, AdaptiveConcurrencyLimit.UsualLoad);
            Assert.True(_limit.Current > AdaptiveConcurrencyLimit.UsualLoad);
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(100)]
    public void Overload_runs_about_twice_the_usual_load_on_any_machine(double usualMilliseconds)
    {
        for (var measurement = 0; measurement < 60 * MeasurementsPerSecond; measurement++)
        {
            UpdateSaturated(usualMilliseconds, AdaptiveConcurrencyLimit.UsualLoad);
        }

        var limits = new List<int>();
        for (var measurement = 0; measurement < 600 * MeasurementsPerSecond; measurement++)
        {
            UpdateSaturated(usualMilliseconds, _limit.Current);
            limits.Add(_limit.Current);
        }

        Assert.InRange(
            limits.Average() / AdaptiveConcurrencyLimit.UsualLoad,
            1.5,
            2.5);
    }

    [Fact]
    public void Idle_time_keeps_the_target()
    {
        Update(TimeSpan.FromMilliseconds(15), AdaptiveConcurrencyLimit.UsualLoad, 60 * MeasurementsPerSecond);
        var target = _limit.Target;
        Update(TimeSpan.Zero, running: 1, times: 3600 * MeasurementsPerSecond);

        Assert.Equal(target, _limit.Target);
    }

    [Fact]
    public void Overload_keeps_the_target()
    {
        Update(TimeSpan.FromSeconds(1), running: Max, times: 3600 * MeasurementsPerSecond);

        Assert.Equal(MinTarget, _limit.Target);
    }

    /// <summary>A machine without spare capacity: its delay is proportional to the number of running tasks.</summary>
    private void UpdateSaturated(double usualMilliseconds, int running) =>
        Update(TimeSpan.FromMilliseconds(usualMilliseconds * running / AdaptiveConcurrencyLimit.UsualLoad), running, times: 1);

    private void Update(TimeSpan delay, int running, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _limit.Update(delay, running);
        }
    }
}
