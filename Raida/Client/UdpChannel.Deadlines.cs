namespace Raida.Client;

/// <content>One timer for all that a channel's requests wait for: their repeats, their attempt over TCP, their deadlines.</content>
internal sealed partial class UdpChannel
{
    /// <summary>Busy machines are late by less.</summary>
    private static readonly TimeSpan LateTimer = TimeSpan.FromMilliseconds(250);

    /// <summary>Long enough to read all that a socket's buffer holds.</summary>
    private static readonly TimeSpan TimeToCatchUp = TimeSpan.FromMilliseconds(100);

    private void ArmTimerLocked(PendingRequest request) => ArmTimerLocked(GetDueTime(request));

    private void ArmTimerLocked(long dueAt)
    {
        if (dueAt >= _timerDueAt)
        {
            return;
        }

        _timerDueAt = dueAt;
        var wait = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), dueAt);

        // Timers count whole milliseconds: rounded up, so that none goes off before its time only to be set again.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private long GetDueTime(PendingRequest request)
    {
        var wait = _options.MaxWait;
        if (request.Waiting is null)
        {
            wait = request.Timing.Deadline;
            wait = request.RepeatAt < wait ? request.RepeatAt : wait;
            var tcpTime = GetTcpTime(request);
            wait = request.OverTcp is null && tcpTime < wait ? tcpTime : wait;
        }

        return request.StartedAt + (long)((wait + request.Forgiven).TotalSeconds * _timeProvider.TimestampFrequency);
    }

    /// <summary>
    /// Datagrams alone have the first half of the deadline, and TCP is tried beside them in the second: a server that is not there costs
    /// one deadline, not two.
    /// </summary>
    private static TimeSpan GetTcpTime(PendingRequest request) => request.Timing.Deadline / 2;

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = _timeProvider.GetTimestamp();
            var late = _timeProvider.GetElapsedTime(_timerDueAt, now);
            _timerDueAt = long.MaxValue;
            if (late > LateTimer)
            {
                ForgiveLocked(late + TimeToCatchUp);
            }

            foreach (var request in _inFlight.Values)
            {
                if (GetDueTime(request) <= now)
                {
                    TryAgainOrEndLocked(request, now);
                }
            }

            SendWaitingLocked();
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (GetDueTime(node.Value) <= now)
                {
                    RemoveLocked(node.Value);
                    EndLocked(node.Value, ReplyOutcome.NotSent);
                }

                node = next;
            }

            // Every request that is left is due later: the earliest of them sets the timer.
            foreach (var request in _inFlight.Values.Concat(_waiting))
            {
                ArmTimerLocked(request);
            }
        }
    }

    /// <summary>
    /// A timer that is much too late tells that this process did not run: it was stopped, or had no processor. The servers are not to
    /// blame for that time, and what they answered meanwhile lies unread in the socket.
    /// </summary>
    private void ForgiveLocked(TimeSpan time)
    {
        foreach (var request in _inFlight.Values)
        {
            request.Forgiven += time;
        }
    }

    private void TryAgainOrEndLocked(PendingRequest request, long now)
    {
        var elapsed = _timeProvider.GetElapsedTime(request.StartedAt, now) - request.Forgiven;
        if (elapsed >= request.Timing.Deadline && request.Unproven is not null)
        {
            // Nobody proved or denied it. But somebody answered: to ask again would only cost the deadline once more.
            AnswerUnprovenLocked(request);
            return;
        }

        if (elapsed >= request.Timing.Deadline)
        {
            _inFlight.Remove(request.EchoId);
            EndLocked(request, ReplyOutcome.NoReply);
            PauseLocked(now);
            return;
        }

        if (elapsed >= request.RepeatAt && _socket is { } socket)
        {
            // Whatever becomes of it, the one before may still be answered.
            request.DelayRepeat(elapsed);
            TrySendLocked(socket, request);
        }

        if (elapsed >= GetTcpTime(request) && request.OverTcp is null)
        {
            BeginOverTcpLocked(request);
        }
    }
}
