using Microsoft.Extensions.Time.Testing;
using Raida.Protocol;
using Raida.Servers;
using Raida.Tests.Support;

namespace Raida.Tests.Servers;

public sealed class ServerMonitorTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_678_436_330);

    private readonly ServerMonitor _monitor = new(new RaidaClientOptions { Servers = [] }, new FakeTimeProvider(Now));

    [Fact]
    public void Server_that_was_never_asked_is_unknown_and_has_the_configured_timeouts()
    {
        Assert.Equivalent(new ServerReport(ServerState.Unknown, 0, 0, 0, 0, 0, null, 0, []), _monitor.CreateReport(), strict: true);
        AssertTimeouts(echo: 2, detect: 3);
    }

    [Fact]
    public void Each_outcome_is_counted_once_and_where_it_belongs()
    {
        Echo(Replies.Answered(1.5));
        Detect(Replies.Answered(2.5, ResponseStatus.InternalError));
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Echo(Replies.Failed(ReplyOutcome.Refused));
        Detect(Replies.Failed(ReplyOutcome.Refused));
        Detect(Replies.Failed(ReplyOutcome.Dropped));
        Echo(Replies.Failed(ReplyOutcome.NotSent));
        Echo(Replies.Failed(ReplyOutcome.ServerDown));

        var report = _monitor.CreateReport();
        Assert.Equal((2, 1, 2, 1, 2), (report.Answered, report.NoReply, report.Refused, report.Dropped, report.NotSent));
        Assert.Equal([1.5, 2.5], report.Latencies.Select(latency => latency.TotalMilliseconds).Order());
        Assert.Equal((ServerState.Down, 4, Now), (report.State, report.ConsecutiveFailures, report.LastReply));
    }

    [Fact]
    public void Echo_and_detect_have_timeouts_of_their_own()
    {
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Echo(Replies.Failed(ReplyOutcome.NoReply));
        Detect(Replies.Failed(ReplyOutcome.NoReply));
        AssertTimeouts(echo: 4.5, detect: 4.5);

        Echo(Replies.Answered(1));
        Detect(Replies.Failed(ReplyOutcome.NoReply));
        AssertTimeouts(echo: 2, detect: 6);
    }

    [Fact]
    public void Change_of_health_is_reported_once()
    {
        Assert.Null(Echo(Replies.Failed(ReplyOutcome.NoReply)));
        Assert.Null(Echo(Replies.Failed(ReplyOutcome.NoReply)));
        Assert.Equal(ServerState.Down, Echo(Replies.Failed(ReplyOutcome.NoReply)));
        Assert.Null(Echo(Replies.Failed(ReplyOutcome.NoReply)));
        Assert.Equal(ServerState.Up, Detect(Replies.Answered(1)));
        Assert.Null(Detect(Replies.Answered(1)));
    }

    [Fact]
    public void Probe_counts_only_for_health()
    {
        for (var failure = 0; failure < 3; failure++)
        {
            Echo(Replies.Failed(ReplyOutcome.Refused));
        }

        Assert.Null(_monitor.RecordProbe(Replies.Failed(ReplyOutcome.NoReply)));
        Assert.Equal(ServerState.Up, _monitor.RecordProbe(Replies.Answered(700)));

        var report = _monitor.CreateReport();
        Assert.Equal((0, 0, 3), (report.Answered, report.NoReply, report.Refused));
        Assert.Equal((ServerState.Up, Now), (report.State, report.LastReply));
        Assert.Empty(report.Latencies);
        AssertTimeouts(echo: 2, detect: 3);
    }

    private void AssertTimeouts(double echo, double detect)
    {
        Assert.Equal(echo, _monitor.GetTiming(RaidaCommand.Echo).Timeout.TotalSeconds);
        Assert.Equal(detect, _monitor.GetTiming(RaidaCommand.Detect).Timeout.TotalSeconds);
    }

    private ServerState? Echo(RaidaReply reply) => _monitor.Record(reply, _monitor.GetTiming(RaidaCommand.Echo));

    private ServerState? Detect(RaidaReply reply) =>
        _monitor.Record(reply with { Command = RaidaCommand.Detect }, _monitor.GetTiming(RaidaCommand.Detect));
}
