using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Tests;

public sealed class StartThrottleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Random _random = new(1);
    private readonly StartThrottle _throttle;

    public StartThrottleTests() => _throttle = new StartThrottle(_clock, NullLogger<StartThrottle>.Instance);

    [Fact]
    public void As_long_as_silos_take_at_least_half_of_all_starts_every_start_reaches_them()
    {
        for (var start = 0; start < 10_000; start++)
        {
            Start(isTaken: start % 2 == 0);
        }
    }

    [Fact]
    public void Of_five_times_what_silos_take_about_twice_as_much_reaches_them()
    {
        const int TakenPerMillisecond = 2;
        var reached = 0;
        var taken = 0;
        for (var millisecond = 0; millisecond < 2000; millisecond++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            var room = TakenPerMillisecond;
            for (var start = 0; start < 5 * TakenPerMillisecond; start++)
            {
                if (_throttle.TryAdmit(_random.NextDouble()))
                {
                    reached++;
                    taken += room > 0 ? 1 : 0;
                    if (room-- <= 0)
                    {
                        _throttle.CountRefusal();
                    }
                }
            }
        }

        Assert.InRange((double)reached / taken, 1.5, 2.5);
        Assert.InRange(taken, 2000 * TakenPerMillisecond * 0.9, 2000 * TakenPerMillisecond);
    }

    [Fact]
    public void Half_a_second_after_the_last_refusal_all_is_as_before()
    {
        for (var start = 0; start < 1000; start++)
        {
            if (_throttle.TryAdmit(random: 1))
            {
                _throttle.CountRefusal();
            }
        }

        Assert.False(_throttle.TryAdmit(random: 0));
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.True(_throttle.TryAdmit(random: 0));
    }

    [Fact]
    public void Some_refusals_do_not_keep_the_next_start_from_being_tried()
    {
        for (var start = 0; start < 32; start++)
        {
            Start(isTaken: false);
        }
    }

    [Fact]
    public void Starts_that_fail_for_another_reason_keep_nobody_out()
    {
        for (var start = 0; start < 1000; start++)
        {
            Assert.True(_throttle.TryAdmit(random: 0));
        }
    }

    private void Start(bool isTaken)
    {
        Assert.True(_throttle.TryAdmit(random: 0));
        if (!isTaken)
        {
            _throttle.CountRefusal();
        }
    }
}
