using Raida.Protocol;
using Raida.Udp;

namespace Raida.Servers;

/// <summary>
/// Records the outcomes of requests to one server, and derives its state and the timeouts of further requests. Thread-safe.
/// </summary>
internal sealed class ServerMonitor(RaidaClientOptions options, TimeProvider timeProvider)
{
    /// <summary>The longest published timeouts; 5 s for an echo, 6 s for a detect.</summary>
    private static readonly TimeSpan LongestPublishedEcho = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPublishedDetect = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private readonly ServerHealth _health = new(options.FailuresUntilDown, timeProvider);
    private readonly AdaptiveTimeout _echo = new(options.EchoTimeout, LongestPublishedEcho);
    private readonly AdaptiveTimeout _detect = new(options.DetectTimeout, LongestPublishedDetect);
    private readonly long[] _outcomes = new long[Enum.GetValues<ReplyOutcome>().Length];
    private volatile bool _isDown;
    private volatile bool _isFailing;

    public bool IsDown => _isDown;

    public ServerState State
    {
        get
        {
            lock (_gate)
            {
                return _health.State;
            }
        }
    }

    public TimeSpan LongestEchoTimeout => _echo.Longest;

    public TimeSpan LongestDetectTimeout => _detect.Longest;

    /// <summary>Whether the last request failed, and the server is not known to be down.</summary>
    public bool IsFailing => _isFailing;

    public RequestTiming GetTiming(RaidaCommand command)
    {
        lock (_gate)
        {
            return GetTimeout(command).GetTiming();
        }
    }

    /// <summary>Records the outcome of a request. Returns the new state if the server went down or came back.</summary>
    public ServerState? Record(RaidaReply reply, RequestTiming timing)
    {
        lock (_gate)
        {
            GetTimeout(reply.Command).Record(reply, timing);
            _outcomes[(int)reply.Outcome]++;
            return ApplyLocked(_health.Record(GetOutcome(reply)));
        }
    }

    /// <summary>
    /// Records what the replies about some coins amount to. Returns the new state if the server went down.
    /// </summary>
    public ServerState? RecordConfirmation(RaidaReply reply)
    {
        lock (_gate)
        {
            return ApplyLocked(_health.RecordConfirmation(reply));
        }
    }

    /// <summary>
    /// Records the outcome of a probe, for the server's health only: no work waited for it, and the latency of a server that is just coming
    /// back is not its usual one.
    /// </summary>
    public ServerState? RecordProbe(RaidaReply reply)
    {
        lock (_gate)
        {
            return ApplyLocked(_health.Record(GetOutcome(reply), isProbe: true));
        }
    }

    public ServerReport CreateReport()
    {
        lock (_gate)
        {
            return new ServerReport(
                _health.State,
                _outcomes[(int)ReplyOutcome.Answered],
                _outcomes[(int)ReplyOutcome.NoReply],
                _outcomes[(int)ReplyOutcome.Refused],
                _outcomes[(int)ReplyOutcome.Dropped],
                _outcomes[(int)ReplyOutcome.NotSent] + _outcomes[(int)ReplyOutcome.ServerDown],
                _health.LastReply,
                _health.ConsecutiveFailures,
                [.. _echo.History.Sorted, .. _detect.History.Sorted]);
        }
    }

    /// <summary>An error that nothing proved may come from anyone: it shows no more of the server than no reply does.</summary>
    private static ReplyOutcome GetOutcome(RaidaReply reply) => reply.IsUnproven ? ReplyOutcome.NoReply : reply.Outcome;

    private ServerState? ApplyLocked(ServerState? change)
    {
        _isDown = _health.IsDown;
        _isFailing = _health.ConsecutiveFailures > 0 && !_health.IsDown;
        return change;
    }

    private AdaptiveTimeout GetTimeout(RaidaCommand command) => command == RaidaCommand.Detect ? _detect : _echo;
}
