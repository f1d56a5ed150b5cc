namespace Raida.Client;

/// <content>One timer for all of a channel's deadlines, set to the next one.</content>
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
        // A request whose answer is missing at half time is sent again: datagrams get lost, most of all in bursts.
        var wait = request.Waiting is not null ? _options.MaxWait
            : request.WasRepeated ? request.Deadline
            : request.Deadline / 2;
        return request.StartedAt + request.Forgiven + (long)(wait.TotalSeconds * _timeProvider.TimestampFrequency);
    }

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
                    RepeatOrEndLocked(request, now);
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
            request.Forgiven += (long)(time.TotalSeconds * _timeProvider.TimestampFrequency);
        }
    }

    private void RepeatOrEndLocked(PendingRequest request, long now)
    {
        if (!request.WasRepeated && _socket is { } socket)
        {
            request.WasRepeated = true;
            if (GetDueTime(request) > now)
            {
                // Whatever becomes of it, the first one may still be answered.
                TrySendLocked(socket, request);
                return;
            }
        }

        _inFlight.Remove(request.EchoId);
        EndLocked(request, ReplyOutcome.NoReply);
    }
}
