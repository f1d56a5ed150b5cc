using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Grains.Nodes;
using Raida.Client;

namespace OrleansTasks.Grains.Tests;

public sealed class NodeHealthTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_678_436_330));
    private readonly NodeHealth _health;

    public NodeHealthTests() => _health = new NodeHealth(3, _time);

    [Fact]
    public void A_server_of_which_nothing_is_known_is_asked()
    {
        Assert.Equal((NodeState.Unknown, false, 0), (_health.State, _health.IsDown, _health.FailuresInARow));
        Assert.Null(_health.LastHeard);
    }

    [Fact]
    public void The_third_failure_in_a_row_takes_a_server_down_whatever_kinds_they_are()
    {
        Assert.False(_health.Count(ReplyOutcome.NoReply));
        Assert.False(_health.Count(ReplyOutcome.Refused));
        Assert.False(_health.IsDown);
        Assert.True(_health.Count(ReplyOutcome.Dropped));
        Assert.Equal((NodeState.Down, 3), (_health.State, _health.FailuresInARow));
    }

    [Fact]
    public void An_answer_between_failures_keeps_it_up()
    {
        for (var round = 0; round < 10; round++)
        {
            _health.Count(ReplyOutcome.NoReply);
            _health.Count(ReplyOutcome.NoReply);
            Assert.False(_health.Count(ReplyOutcome.Answered));
        }

        Assert.Equal(NodeState.Up, _health.State);
    }

    [Fact]
    public void What_was_not_sent_says_nothing_of_a_server()
    {
        _health.Count(ReplyOutcome.NoReply);
        _health.Count(ReplyOutcome.NoReply);
        for (var request = 0; request < 10; request++)
        {
            Assert.False(_health.Count(ReplyOutcome.NotSent));
        }

        Assert.Equal(2, _health.FailuresInARow);
        Assert.True(_health.Count(ReplyOutcome.NoReply));
        Assert.False(_health.Count(ReplyOutcome.NotSent));
        Assert.True(_health.IsDown);
    }

    [Fact]
    public void Any_answer_brings_a_server_back_at_once_and_failures_after_that_are_counted_anew()
    {
        Fail(16);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.True(_health.Count(ReplyOutcome.Answered));
        Assert.Equal((NodeState.Up, 0, _time.GetUtcNow()), (_health.State, _health.FailuresInARow, _health.LastHeard));
        Fail(2);
        Assert.False(_health.IsDown);
        Assert.True(_health.Count(ReplyOutcome.NoReply));
    }

    private void Fail(int times)
    {
        for (var failure = 0; failure < times; failure++)
        {
            _health.Count(ReplyOutcome.NoReply);
        }
    }
}
