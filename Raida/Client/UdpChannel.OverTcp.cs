namespace Raida.Client;

/// <content>
/// The attempt over TCP that a request has, once, when its datagrams stay unanswered, or are answered by an error that a datagram cannot
/// prove. Whichever answer comes first counts.
/// </content>
internal sealed partial class UdpChannel
{
    private void BeginOverTcpLocked(PendingRequest request)
    {
        // Never disposed: it has neither timer nor links, and whoever ends the request may cancel it at any time.
        request.OverTcp = new CancellationTokenSource();
        var asking = Task.Run(() => AskOverTcpAsync(request, request.OverTcp.Token), CancellationToken.None);
        _overTcp.Add(asking);
        _ = asking.ContinueWith(
            static (ended, state) =>
            {
                var channel = (UdpChannel)state!;
                lock (channel._gate)
                {
                    channel._overTcp.Remove(ended);
                }
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task AskOverTcpAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        var answer = await _tcp.TryAskAsync(request, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (answer is { } reply && !request.Task.IsCompleted && _inFlight.Remove(request.EchoId))
            {
                AnswerLocked(request, End(request, ReplyOutcome.Answered) with
                {
                    Status = reply.Status,
                    ExecutionMicroseconds = reply.ExecutionMicroseconds,
                    Body = reply.Body,
                    IsFinal = reply.IsFinal,
                });
            }

            OnAskedOverTcpLocked(request, answer);
            SendWaitingLocked();
        }
    }

    private void AnswerLocked(PendingRequest request, RaidaReply reply)
    {
        _counters.Answered++;
        _pausesUntil = long.MinValue;
        EndOverTcp(request);
        request.TrySetResult(reply);
    }

    // Not at once: what waits for it must not run inside the lock.
    private static void EndOverTcp(PendingRequest request) => _ = request.OverTcp?.CancelAsync();
}
