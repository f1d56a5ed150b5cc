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
    public void Every_start_is_admitted_while_silos_accept_half_of_them()
    {
        for (var start = 0; start < 10_000; start++)
        {
            Start(isTaken: start % 2 == 0);
        }
    }

    [Fact]
    public void Twice_as_many_starts_are_admitted_as_overloaded_silos_accept()
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
                        _throttle.CountRejection();
                    }
                }
            }
        }

        Assert.InRange((double)reached / taken, 1.5, 2.5);
        Assert.InRange(taken, 2000 * TakenPerMillisecond * 0.9, 2000 * TakenPerMillisecond);
    }

    [Fact]
    public void Every_start_is_admitted_half_a_second_after_the_last_rejection()
    {
        for (var start = 0; start < 1000; start++)
        {
            if (_throttle.TryAdmit(random: 1))
            {
                _throttle.CountRejection();
            }
        }

        Assert.False(_throttle.TryAdmit(random: 0));
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.True(_throttle.TryAdmit(random: 0));
    }

    [Fact]
    public void Few_rejections_do_not_reject_the_next_start()
    {
        for (var start = 0; start < 32; start++)
        {
            Start(isTaken: false);
        }
    }

    [Fact]
    public void Starts_that_fail_for_another_reason_do_not_count_as_rejected()
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
            _throttle.CountRejection();
        }
    }
}
