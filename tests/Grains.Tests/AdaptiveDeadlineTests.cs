using CsCheck;
using OrleansTasks.Grains.Nodes;
using Raida.Client;

namespace OrleansTasks.Grains.Tests;

public sealed class AdaptiveDeadlineTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly AdaptiveDeadline _deadline = new(Shortest, Longest);

    [Fact]
    public void A_server_of_which_nothing_is_known_is_given_the_configured_deadline() =>
        Assert.Equal(RequestTiming.Of(Shortest), _deadline.GetTiming());

    [Fact]
    public void Each_timeout_makes_it_half_as_long_again_up_to_the_longest_and_an_answer_sets_it_back()
    {
        var seen = new List<double>();
        for (var timeout = 0; timeout < 5; timeout++)
        {
            seen.Add(_deadline.Deadline.TotalSeconds);
            TimeOut();
        }

        Assert.Equal([2, 3, 4.5, 5, 5], seen);
        Answer(10);
        Assert.Equal(Shortest, _deadline.Deadline);
    }

    [Fact]
    public void Requests_that_time_out_together_are_one_timeout()
    {
        var timings = Enumerable.Range(0, 16).Select(_ => _deadline.GetTiming()).ToArray();

        foreach (var timing in timings)
        {
            _deadline.Count(Replies.Failed(ReplyOutcome.NoReply, timing.Deadline), timing);
        }

        Assert.Equal(Shortest * 1.5, _deadline.Deadline);
    }

    [Theory]
    [InlineData(ReplyOutcome.Refused)]
    [InlineData(ReplyOutcome.Dropped)]
    [InlineData(ReplyOutcome.NotSent)]
    public void What_did_not_time_out_leaves_it_as_it_is(ReplyOutcome outcome)
    {
        _deadline.Count(Replies.Failed(outcome), _deadline.GetTiming());

        Assert.Equal(Shortest, _deadline.Deadline);
        Assert.Equal(0, _deadline.History.Count);
    }

    [Fact]
    public void A_slow_server_is_given_twice_the_time_of_its_slowest_answers()
    {
        for (var answer = 0; answer < 100; answer++)
        {
            Answer(answer < 97 ? 300 : 1600);
        }

        Assert.Equal(TimeSpan.FromSeconds(3.2), _deadline.Deadline);
    }

    [Fact]
    public void A_server_that_is_fast_again_is_soon_given_the_configured_deadline()
    {
        AnswerOften(2000);
        Assert.Equal(TimeSpan.FromSeconds(4), _deadline.Deadline);

        for (var answer = 0; answer < LatencyHistory.Length; answer++)
        {
            Answer(10);
        }

        Assert.Equal(Shortest, _deadline.Deadline);
    }

    [Fact]
    public void A_fast_server_is_never_given_less_than_the_configured_deadline()
    {
        AnswerOften(1);

        Assert.Equal(Shortest, _deadline.Deadline);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(20, 80)]
    [InlineData(90, 200)]
    public void A_repeat_comes_after_four_usual_latencies_but_neither_at_once_nor_later_than_a_tenth_of_the_deadline(
        double latency,
        double repeatAfter)
    {
        AnswerOften(latency);

        Assert.Equal(TimeSpan.FromMilliseconds(repeatAfter), _deadline.GetTiming().RepeatAfter);
    }

    [Fact]
    public void Fewer_than_five_answers_do_not_tell_what_is_usual()
    {
        for (var answer = 0; answer < 4; answer++)
        {
            Answer(1);
        }

        Assert.Equal(Shortest / 10, _deadline.GetTiming().RepeatAfter);
        Answer(1);
        Assert.Equal(TimeSpan.FromMilliseconds(50), _deadline.GetTiming().RepeatAfter);
    }

    [Theory]
    [InlineData(150, 300)]
    [InlineData(240, 480)]
    [InlineData(400, 500)]
    public void A_server_that_is_slow_throughout_is_not_asked_everything_twice(double latency, double repeatAfter)
    {
        AnswerOften(latency);

        Assert.Equal(TimeSpan.FromMilliseconds(repeatAfter), _deadline.GetTiming().RepeatAfter);
    }

    [Fact]
    public void Waits_for_repeats_do_not_make_the_next_repeats_later()
    {
        // Half of the datagrams are lost: what is not answered at once is answered after the first repeat, or the second, or the third.
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var deadline = new AdaptiveDeadline(Shortest, Longest);
            for (var request = 0; request < 300; request++)
            {
                var timing = deadline.GetTiming();
                Assert.InRange(timing.RepeatAfter, TimeSpan.FromMilliseconds(50), Shortest / 10);
                var losses = 0;
                while (losses < 3 && random.Next(2) == 0)
                {
                    losses++;
                }

                deadline.Count(Replies.Answered(10 + (timing.RepeatAfter.TotalMilliseconds * ((1 << losses) - 1))), timing);
            }
        }
    }

    [Fact]
    public void Whatever_happened_the_deadline_stays_within_its_bounds_and_leaves_room_for_two_repeats() =>
        Gen.Select(Gen.Int[10, 5000], Gen.Int[-1, 6000].List[0, 300]).Sample((shortest, ends) =>
        {
            var deadline = new AdaptiveDeadline(TimeSpan.FromMilliseconds(shortest), Longest);
            foreach (var end in ends)
            {
                var timing = deadline.GetTiming();
                Assert.InRange(timing.Deadline, TimeSpan.FromMilliseconds(shortest), Longest);
                Assert.InRange(timing.RepeatAfter, TimeSpan.FromMilliseconds(1), timing.Deadline / 4);
                deadline.Count(end < 0 ? Replies.Failed(ReplyOutcome.NoReply, timing.Deadline) : Replies.Answered(end), timing);
            }
        });

    private void TimeOut()
    {
        var timing = _deadline.GetTiming();
        _deadline.Count(Replies.Failed(ReplyOutcome.NoReply, timing.Deadline), timing);
    }

    private void AnswerOften(double milliseconds)
    {
        for (var answer = 0; answer < 20; answer++)
        {
            Answer(milliseconds);
        }
    }

    private void Answer(double milliseconds) => _deadline.Count(Replies.Answered(milliseconds), _deadline.GetTiming());
}
