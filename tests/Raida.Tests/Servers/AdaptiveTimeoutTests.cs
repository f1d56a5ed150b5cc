using CsCheck;
using Raida.Servers;
using Raida.Tests.Support;
using Raida.Udp;

namespace Raida.Tests.Servers;

public sealed class AdaptiveTimeoutTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly AdaptiveTimeout _timeout = new(Shortest, Longest);

    [Fact]
    public void Unknown_server_has_the_configured_timeout() =>
        Assert.Equal(new RequestTiming(Shortest, Shortest / 10), _timeout.GetTiming());

    [Fact]
    public void Each_timeout_makes_the_next_half_as_long_again_and_a_reply_resets_it()
    {
        var seen = new List<double>();
        for (var timeout = 0; timeout < 5; timeout++)
        {
            seen.Add(_timeout.Timeout.TotalSeconds);
            TimeOut();
        }

        Assert.Equal([2, 3, 4.5, 5, 5], seen);
        Answer(10);
        Assert.Equal(Shortest, _timeout.Timeout);
    }

    [Fact]
    public void Requests_that_time_out_together_count_as_one_timeout()
    {
        var timings = Enumerable.Range(0, 16).Select(_ => _timeout.GetTiming()).ToArray();

        foreach (var timing in timings)
        {
            _timeout.Record(Replies.Failed(ReplyOutcome.NoReply, timing.Timeout), timing);
        }

        Assert.Equal(Shortest * 1.5, _timeout.Timeout);
    }

    [Theory]
    [InlineData(ReplyOutcome.Refused)]
    [InlineData(ReplyOutcome.Dropped)]
    [InlineData(ReplyOutcome.NotSent)]
    public void Request_that_did_not_time_out_changes_nothing(ReplyOutcome outcome)
    {
        _timeout.Record(Replies.Failed(outcome), _timeout.GetTiming());

        Assert.Equal(Shortest, _timeout.Timeout);
        Assert.Equal(0, _timeout.History.Count);
    }

    [Fact]
    public void Slow_server_has_twice_the_latency_of_its_slowest_replies()
    {
        for (var answer = 0; answer < 100; answer++)
        {
            Answer(answer < 97 ? 300 : 1600);
        }

        Assert.Equal(TimeSpan.FromSeconds(3.2), _timeout.Timeout);
    }

    [Fact]
    public void Server_that_is_fast_again_soon_has_the_configured_timeout()
    {
        AnswerOften(2000);
        Assert.Equal(TimeSpan.FromSeconds(4), _timeout.Timeout);

        for (var answer = 0; answer < LatencyHistory.Length; answer++)
        {
            Answer(10);
        }

        Assert.Equal(Shortest, _timeout.Timeout);
    }

    [Fact]
    public void Fast_server_has_no_less_than_the_configured_timeout()
    {
        AnswerOften(1);

        Assert.Equal(Shortest, _timeout.Timeout);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(20, 80)]
    [InlineData(90, 200)]
    public void Retransmission_follows_after_four_median_latencies_within_50_ms_and_a_tenth_of_the_timeout(
        double latency,
        double retransmitAfter)
    {
        AnswerOften(latency);

        Assert.Equal(TimeSpan.FromMilliseconds(retransmitAfter), _timeout.GetTiming().RetransmitAfter);
    }

    [Fact]
    public void Fewer_than_five_replies_show_no_usual_latency()
    {
        for (var answer = 0; answer < 4; answer++)
        {
            Answer(1);
        }

        Assert.Equal(Shortest / 10, _timeout.GetTiming().RetransmitAfter);
        Answer(1);
        Assert.Equal(TimeSpan.FromMilliseconds(50), _timeout.GetTiming().RetransmitAfter);
    }

    [Theory]
    [InlineData(150, 300)]
    [InlineData(240, 480)]
    [InlineData(400, 500)]
    public void Slow_server_does_not_get_every_request_twice(double latency, double retransmitAfter)
    {
        AnswerOften(latency);

        Assert.Equal(TimeSpan.FromMilliseconds(retransmitAfter), _timeout.GetTiming().RetransmitAfter);
    }

    [Fact]
    public void Waiting_for_retransmissions_does_not_delay_the_next_ones()
    {
        // Half of the datagrams are lost: a request gets its reply after up to three retransmissions.
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var timeout = new AdaptiveTimeout(Shortest, Longest);
            for (var request = 0; request < 300; request++)
            {
                var timing = timeout.GetTiming();
                Assert.InRange(timing.RetransmitAfter, TimeSpan.FromMilliseconds(50), Shortest / 10);
                var losses = 0;
                while (losses < 3 && random.Next(2) == 0)
                {
                    losses++;
                }

                timeout.Record(Replies.Answered(10 + (timing.RetransmitAfter.TotalMilliseconds * ((1 << losses) - 1))), timing);
            }
        }
    }

    [Fact]
    public void Timeout_stays_within_its_bounds_and_leaves_room_for_two_retransmissions() =>
        Gen.Select(Gen.Int[10, 5000], Gen.Int[-1, 6000].List[0, 300]).Sample((shortest, ends) =>
        {
            var timeout = new AdaptiveTimeout(TimeSpan.FromMilliseconds(shortest), Longest);
            foreach (var end in ends)
            {
                var timing = timeout.GetTiming();
                Assert.InRange(timing.Timeout, TimeSpan.FromMilliseconds(shortest), Longest);
                Assert.InRange(timing.RetransmitAfter, TimeSpan.FromMilliseconds(1), timing.Timeout / 4);
                timeout.Record(end < 0 ? Replies.Failed(ReplyOutcome.NoReply, timing.Timeout) : Replies.Answered(end), timing);
            }
        });

    private void TimeOut()
    {
        var timing = _timeout.GetTiming();
        _timeout.Record(Replies.Failed(ReplyOutcome.NoReply, timing.Timeout), timing);
    }

    private void AnswerOften(double milliseconds)
    {
        for (var answer = 0; answer < 20; answer++)
        {
            Answer(milliseconds);
        }
    }

    private void Answer(double milliseconds) => _timeout.Record(Replies.Answered(milliseconds), _timeout.GetTiming());
}
