using Microsoft.Extensions.Time.Testing;
using Raida.Servers;

namespace Raida.Tests.Servers;

public sealed class ServerHealthTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_678_436_330));
    private readonly ServerHealth _health;

    public ServerHealthTests() => _health = new ServerHealth(3, _time);

    [Fact]
    public void Unknown_server_is_asked()
    {
        Assert.Equal((ServerState.Unknown, false, 0), (_health.State, _health.IsDown, _health.ConsecutiveFailures));
        Assert.Null(_health.LastReply);
    }

    [Fact]
    public void Third_consecutive_failure_of_any_kind_takes_a_server_down()
    {
        Assert.Null(_health.Record(ReplyOutcome.NoReply));
        Assert.Null(_health.Record(ReplyOutcome.Refused));
        Assert.False(_health.IsDown);
        Assert.Equal(ServerState.Down, _health.Record(ReplyOutcome.Dropped));
        Assert.Equal((ServerState.Down, 3), (_health.State, _health.ConsecutiveFailures));
    }

    [Fact]
    public void Reply_between_failures_keeps_a_server_up()
    {
        for (var round = 0; round < 10; round++)
        {
            _health.Record(ReplyOutcome.NoReply);
            _health.Record(ReplyOutcome.NoReply);
            Assert.Null(_health.Record(ReplyOutcome.Answered));
        }

        Assert.Equal(ServerState.Up, _health.State);
    }

    [Fact]
    public void Outcomes_that_do_not_show_whether_the_server_is_up_change_nothing()
    {
        _health.Record(ReplyOutcome.NoReply);
        _health.Record(ReplyOutcome.NoReply);
        Assert.Null(_health.Record(ReplyOutcome.NotSent));
        Assert.Null(_health.Record(ReplyOutcome.ServerDown));
        Assert.Null(_health.Record(ReplyOutcome.Contradictory));

        Assert.Equal(2, _health.ConsecutiveFailures);
        Assert.Equal(ServerState.Down, _health.Record(ReplyOutcome.NoReply));
        Assert.Null(_health.Record(ReplyOutcome.NotSent));
        Assert.True(_health.IsDown);
    }

    [Fact]
    public void Any_reply_brings_a_server_back_at_once_and_resets_the_failures()
    {
        Fail(16);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(ServerState.Up, _health.Record(ReplyOutcome.Answered));
        Assert.Equal((ServerState.Up, 0, _time.GetUtcNow()), (_health.State, _health.ConsecutiveFailures, _health.LastReply));
        Fail(2);
        Assert.False(_health.IsDown);
        Assert.Equal(ServerState.Down, _health.Record(ReplyOutcome.NoReply));
    }

    private void Fail(int times)
    {
        for (var failure = 0; failure < times; failure++)
        {
            _health.Record(ReplyOutcome.NoReply);
        }
    }
}
