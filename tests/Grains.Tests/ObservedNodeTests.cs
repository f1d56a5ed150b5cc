using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Grains.Nodes;
using Raida.Client;
using Raida.Protocol;

namespace OrleansTasks.Grains.Tests;

public sealed class ObservedNodeTests
{
    private const long Now = 1_678_436_330;

    private readonly ObservedNode _node = new(new NodeOptions(), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Now)));

    [Fact]
    public void A_server_that_was_never_asked_is_reported_as_unknown_with_the_configured_deadlines()
    {
        var report = _node.ToReport(7, "raida7.example.org:50007");

        Assert.Equivalent(
            new NodeReport(7, "raida7.example.org:50007", NodeState.Unknown, new NodeCounts(0, 0, 0, 0, 0), null, 0, 2000, 3000, []),
            report,
            strict: true);
    }

    [Fact]
    public void Each_end_of_a_request_is_counted_once_and_where_it_belongs()
    {
        Echo(Replies.Answered(1.5));
        Detect(Replies.Answered(2.5, ResponseStatus.InternalError));
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Echo(Replies.Failed(ReplyOutcome.Refused));
        Detect(Replies.Failed(ReplyOutcome.Refused));
        Detect(Replies.Failed(ReplyOutcome.Dropped));
        Echo(Replies.Failed(ReplyOutcome.NotSent));
        _node.CountSkipped();

        var report = _node.ToReport(0, "");
        Assert.Equal(new NodeCounts(Answered: 2, NoReply: 1, Refused: 2, Dropped: 1, NotAsked: 2), report.Counts);
        Assert.Equal([1500, 2500], report.LatencyMicroseconds.Order());
        Assert.Equal((NodeState.Down, 4, Now), (report.State, report.FailuresInARow, report.LastHeard));
    }

    [Fact]
    public void Echo_and_detect_have_deadlines_of_their_own()
    {
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Detect(Replies.Failed(ReplyOutcome.NoReply));

        var report = _node.ToReport(0, "");
        Assert.Equal((4500, 4500), (report.EchoDeadlineMilliseconds, report.DetectDeadlineMilliseconds));
        Echo(Replies.Answered(1));
        Detect(Replies.Failed(ReplyOutcome.NoReply));
        report = _node.ToReport(0, "");
        Assert.Equal((2000, 6000), (report.EchoDeadlineMilliseconds, report.DetectDeadlineMilliseconds));
    }

    [Fact]
    public void A_detect_that_is_too_long_for_a_datagram_counts_neither_for_the_deadlines_of_datagrams_nor_against_the_server()
    {
        const int Coins = DetectPayload.MaxCoinsPerDatagram + 1;
        var timing = _node.DetectTiming;
        for (var failure = 0; failure < 4; failure++)
        {
            Assert.False(_node.CountDetect(Replies.Failed(ReplyOutcome.NoReply), timing, Coins));
        }

        Assert.Equal((NodeState.Unknown, 4), (_node.Health.State, _node.ToReport(0, "").Counts.NoReply));
        for (var failure = 0; failure < 3; failure++)
        {
            Detect(Replies.Failed(ReplyOutcome.Refused));
        }

        Assert.True(_node.CountDetect(Replies.Answered(9000), timing, Coins));
        Assert.Equal(timing, _node.DetectTiming);
        Assert.Empty(_node.ToReport(0, "").LatencyMicroseconds);
    }

    [Fact]
    public void A_probe_counts_for_health_alone()
    {
        for (var failure = 0; failure < 3; failure++)
        {
            Echo(Replies.Failed(ReplyOutcome.Refused));
        }

        Assert.False(_node.CountProbe(ReplyOutcome.NoReply));
        Assert.True(_node.CountProbe(ReplyOutcome.Answered));

        var report = _node.ToReport(0, "");
        Assert.Equal(new NodeCounts(0, 0, Refused: 3, 0, 0), report.Counts);
        Assert.Equal((NodeState.Up, Now, 2000), (report.State, report.LastHeard, report.EchoDeadlineMilliseconds));
        Assert.Empty(report.LatencyMicroseconds);
    }

    [Theory]
    [InlineData(1, "not asked, as its last request failed")]
    [InlineData(3, "not asked, as its last 3 requests failed")]
    public void That_a_server_is_not_asked_is_said_in_words(int failures, string expected) =>
        Assert.Equal(
            expected,
            new ObservedNode(new NodeOptions { FailuresUntilSkipped = failures }, new FakeTimeProvider()).CountSkipped());

    private void Echo(RaidaReply reply) => _node.CountEcho(reply, _node.EchoTiming);

    private void Detect(RaidaReply reply) => _node.CountDetect(reply, _node.DetectTiming, DetectPayload.MaxCoinsPerDatagram);
}
