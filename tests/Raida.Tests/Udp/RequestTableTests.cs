using Raida.Protocol;
using Raida.Tests.Support;
using Raida.Udp;

namespace Raida.Tests.Udp;

public sealed class RequestTableTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);

    private readonly RequestTable _table = new();

    [Fact]
    public void Empty_table_is_never_due()
    {
        Assert.Equal(TimeSpan.MaxValue, _table.DueAt);
        Assert.Empty(_table.Advance(Start));
    }

    [Fact]
    public void Echo_ids_of_requests_in_flight_are_unique()
    {
        // More requests than echo ids, while one stays in flight.
        var first = Add();
        for (var i = 0; i < 70_000; i++)
        {
            var request = Add();
            Assert.NotEqual(first.EchoId, request.EchoId);
            Assert.True(_table.Remove(request));
        }

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => Add().EchoId).Append(first.EchoId).Distinct().Count() - 1);
    }

    [Fact]
    public void Reply_is_matched_by_its_echo_id()
    {
        var requests = Enumerable.Range(0, 10).Select(_ => Add()).ToArray();

        Assert.All(requests, request => Assert.Same(request, Find(request.EchoId)));
        Assert.Null(Find((ushort)(requests[^1].EchoId + 1)));
    }

    [Fact]
    public void Removed_request_is_not_matched_and_can_be_removed_only_once()
    {
        var request = Add();

        Assert.True(_table.Remove(request));

        Assert.Null(Find(request.EchoId));
        Assert.False(_table.Remove(request));
        Assert.Empty(_table.Requests);
    }

    [Fact]
    public void Request_that_was_never_added_removes_no_other()
    {
        var request = Add();
        var other = Create(Timeout, FirstDelay);
        other.EchoId = request.EchoId;

        Assert.False(_table.Remove(other));
        Assert.Same(request, Find(request.EchoId));
    }

    [Fact]
    public void Requests_may_be_removed_while_they_are_enumerated()
    {
        for (var i = 0; i < 10; i++)
        {
            Add();
        }

        foreach (var request in _table.Requests)
        {
            _table.Remove(request);
        }

        Assert.Empty(_table.Requests);
    }

    [Fact]
    public void Delays_before_retransmissions_double_and_no_more_than_six_datagrams_are_sent()
    {
        var request = Add();
        var times = new List<double>();
        for (var now = Start; now < Start + Timeout; now += Millisecond)
        {
            times.AddRange(Advance(now, request)
                .Where(hasTimedOut => !hasTimedOut && request.Transmissions < RequestTiming.MaxTransmissions)
                .Select(_ => (now - Start).TotalMilliseconds));
            request.Transmissions = times.Count + 1;
        }

        Assert.Equal([50, 150, 350, 750, 1550], times);
    }

    [Fact]
    public async Task Request_falls_back_once_at_half_of_its_timeout_and_stays_in_flight()
    {
        var request = Add();
        var byDatagram = request.Completion;
        AdvanceTo(Start + (Timeout / 2) - Millisecond);
        Assert.False(byDatagram.IsCompleted);

        AdvanceTo(Start + (Timeout / 2));

        Assert.Null(await byDatagram);
        Assert.False(request.Completion.IsCompleted);
        Assert.Same(request, Find(request.EchoId));
        var afterwards = request.Completion;
        AdvanceTo(Start + Timeout - Millisecond);
        Assert.Same(afterwards, request.Completion);
        Assert.False(afterwards.IsCompleted);
    }

    [Fact]
    public async Task Request_that_has_fallen_back_completes_with_its_reply()
    {
        var request = Add();
        request.FallBack();
        var reply = Replies.Answered(1);

        request.Complete(reply);
        request.FallBack();

        Assert.Same(reply, await request.Completion);
    }

    [Fact]
    public async Task Request_that_has_completed_keeps_its_reply()
    {
        var request = Add();
        var completion = request.Completion;
        var reply = Replies.Answered(1);

        request.Complete(reply);
        request.Complete(Replies.Failed(ReplyOutcome.NoReply));

        Assert.Same(reply, await completion);
    }

    [Fact]
    public void Request_times_out_and_is_removed()
    {
        var request = Add();
        AdvanceTo(Start + Timeout - Millisecond);
        Assert.Same(request, Find(request.EchoId));

        Assert.Equal([(request, true)], _table.Advance(Start + Timeout));

        Assert.Null(Find(request.EchoId));
        Assert.Equal(TimeSpan.MaxValue, _table.DueAt);
    }

    [Fact]
    public void Requests_time_out_separately()
    {
        var slow = Add(timeout: TimeSpan.FromSeconds(3));
        var fast = Add(timeout: TimeSpan.FromSeconds(1));
        AdvanceTo(Start + TimeSpan.FromSeconds(1));

        Assert.Equal([slow], _table.Requests);
        Assert.NotEqual(slow, fast);
        AdvanceTo(Start + TimeSpan.FromSeconds(3));
        Assert.Empty(_table.Requests);
    }

    [Fact]
    public void Table_is_due_at_the_next_retransmission_fallback_or_timeout()
    {
        var request = Add(timeout: TimeSpan.FromSeconds(1), firstDelay: TimeSpan.FromMilliseconds(400));
        var due = new List<double>();
        while (_table.DueAt != TimeSpan.MaxValue)
        {
            due.Add((_table.DueAt - Start).TotalMilliseconds);
            _table.Advance(_table.DueAt);
        }

        // The second retransmission would be due at 1.2 s.
        Assert.Equal([400, 500, 1000], due);
        Assert.Null(Find(request.EchoId));
    }

    [Fact]
    public void Table_is_due_for_the_earliest_of_its_requests()
    {
        Add(firstDelay: TimeSpan.FromMilliseconds(200));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(200), _table.DueAt);
        Add(firstDelay: TimeSpan.FromMilliseconds(100));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(100), _table.DueAt);
        Add(firstDelay: TimeSpan.FromMilliseconds(300));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(100), _table.DueAt);
    }

    [Fact]
    public void Request_times_out_although_every_timer_is_late()
    {
        Add();
        for (var tick = 0; tick < 100 && _table.DueAt != TimeSpan.MaxValue; tick++)
        {
            _table.Advance(_table.DueAt + RequestTable.SuspensionThreshold + Millisecond);
        }

        Assert.Empty(_table.Requests);
    }

    [Fact]
    public void Suspended_process_postpones_everything_that_is_due()
    {
        var request = Add();
        var suspension = TimeSpan.FromSeconds(10);
        var resumed = Start + FirstDelay + suspension;

        Assert.Empty(_table.Advance(resumed));

        // 100 ms more, in which the replies that arrived meanwhile are read.
        var postponed = suspension + TimeSpan.FromMilliseconds(100);
        Assert.Equal(Start + FirstDelay + postponed, _table.DueAt);
        AdvanceTo(Start + (Timeout / 2) + postponed - Millisecond);
        Assert.False(request.Completion.IsCompleted);
        AdvanceTo(Start + Timeout + postponed - Millisecond);
        Assert.Same(request, Find(request.EchoId));
        AdvanceTo(Start + Timeout + postponed);
        Assert.Null(Find(request.EchoId));
    }

    [Fact]
    public void Suspension_neither_repeats_a_fallback_nor_a_last_retransmission()
    {
        var request = Add();
        request.Transmissions = RequestTiming.MaxTransmissions;
        AdvanceTo(Start + Timeout - Millisecond);
        var completion = request.Completion;

        Assert.Empty(_table.Advance(Start + Timeout + TimeSpan.FromSeconds(10)));
        Assert.Equal(
            [(request, true)],
            _table.Advance(Start + Timeout + TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(100)));
        Assert.Same(completion, request.Completion);
    }

    [Fact]
    public void Timer_that_is_a_little_late_postpones_nothing()
    {
        var request = Add(timeout: TimeSpan.FromSeconds(1), firstDelay: TimeSpan.FromHours(1));
        _table.Advance(_table.DueAt + RequestTable.SuspensionThreshold);

        Assert.Equal([(request, true)], _table.Advance(Start + TimeSpan.FromSeconds(1)));
    }

    private static PendingRequest Create(TimeSpan timeout, TimeSpan firstDelay) =>
        new(RaidaCommand.Echo, default, new RequestTiming(timeout, firstDelay));

    private PendingRequest Add(TimeSpan? timeout = null, TimeSpan? firstDelay = null)
    {
        var request = Create(timeout ?? Timeout, firstDelay ?? FirstDelay);
        _table.Add(request, Start);
        request.Transmissions = 1;
        return request;
    }

    private PendingRequest? Find(ushort echoId) => _table.TryGet(echoId, out var request) ? request : null;

    private IEnumerable<bool> Advance(TimeSpan now, PendingRequest request) =>
        _table.Advance(now).Where(due => due.Request == request).Select(due => due.HasTimedOut);

    /// <summary>Advances to each time that is due until then.</summary>
    private void AdvanceTo(TimeSpan time)
    {
        while (_table.DueAt <= time)
        {
            _table.Advance(_table.DueAt);
        }
    }
}
