using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Client;

/// <content>What goes out: at most so many requests on their way at a time, the others in line behind them.</content>
internal sealed partial class UdpChannel
{
    private const int MaxSendAttempts = 3;

    /// <summary>How many datagrams are sent with one call of the system. A detect asks for as many at a time.</summary>
    private const int MaxSentTogether = 4;

    /// <summary>In bytes: that of 64 coins.</summary>
    private static readonly int MaxDatagramLength = RequestCodec.GetLength(Datagrams.MaxLength);

    /// <summary>
    /// How long nothing more goes out of the line after a request that nothing answered, unless something is answered: long enough for
    /// whoever asked to give up what waits, on a busy machine too. It would cost the whole deadline once more.
    /// </summary>
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromMilliseconds(250);

    private void Enqueue(PendingRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            EnqueueLocked(request);
        }
    }

    private void Enqueue(PendingRequest[] requests)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            foreach (var together in requests.Chunk(MaxSentTogether))
            {
                if (!TrySendTogetherLocked(together))
                {
                    Array.ForEach(together, EnqueueLocked);
                }
            }
        }
    }

    private void EnqueueLocked(PendingRequest request)
    {
        request.StartedAt = _timeProvider.GetTimestamp();
        if (_inFlight.Count < _options.MaxInFlightPerServer && _waiting.Count == 0)
        {
            SendLocked(request);
        }
        else if (_waiting.Count < _options.MaxWaitingPerServer)
        {
            request.Waiting = _waiting.AddLast(request);
            ArmTimerLocked(request);
        }
        else
        {
            EndLocked(request, ReplyOutcome.NotSent);
        }
    }

    /// <summary>Sends all of them with one call of the system, or none.</summary>
    private bool TrySendTogetherLocked(PendingRequest[] requests)
    {
        var length = requests[0].Length;
        if (requests.Length < 2
            || !_segments.IsPossible
            || _socket is not { } socket
            || _waiting.Count > 0
            || _inFlight.Count + requests.Length > _options.MaxInFlightPerServer
            || requests.Take(..^1).Any(request => request.Length != length)
            || requests[^1].Length > length)
        {
            return false;
        }

        var written = 0;
        foreach (var request in requests)
        {
            BeginLocked(request);
            written += _codec.Write(request, _sendBuffer.AsSpan(written));
        }

        var error = _segments.Send(socket, _sendBuffer.AsSpan(0, written), length);
        if (error == SocketError.ConnectionRefused)
        {
            OnRefusedLocked();
        }
        else if (!_segments.IsPossible)
        {
            LogSentByThemselves(_raida, _options.Servers[_raida], error);
        }

        if (error != SocketError.Success)
        {
            // Each by itself, then: that may do, or tell what is wrong.
            return false;
        }

        foreach (var request in requests)
        {
            _counters.Sent++;
            request.Attempts++;
            _inFlight.Add(request.EchoId, request);
        }

        return true;
    }

    /// <summary>Gives it its echo id, and begins its deadline.</summary>
    private void BeginLocked(PendingRequest request)
    {
        do
        {
            _lastEchoId++;
        }
        while (_inFlight.ContainsKey(_lastEchoId));

        request.EchoId = _lastEchoId;
        request.StartedAt = _timeProvider.GetTimestamp();

        // Before it is sent: from then on its deadline must hold whatever the clock does.
        ArmTimerLocked(request);
    }

    private void SendLocked(PendingRequest request)
    {
        if (_socket is not { } socket)
        {
            EndLocked(request, ReplyOutcome.Dropped);
            return;
        }

        BeginLocked(request);
        var error = TrySendLocked(socket, request);
        for (var attempt = 1; error == SocketError.ConnectionRefused && attempt < MaxSendAttempts; attempt++)
        {
            // A refusal that is reported here is that of an earlier datagram, and this one was not sent.
            OnRefusedLocked();
            error = TrySendLocked(socket, request);
        }

        if (error != SocketError.Success)
        {
            EndLocked(request, error == SocketError.ConnectionRefused ? ReplyOutcome.Refused : ReplyOutcome.Dropped);
            return;
        }

        _inFlight.Add(request.EchoId, request);
    }

    private SocketError TrySendLocked(Socket socket, PendingRequest request)
    {
        var length = _codec.Write(request, _sendBuffer);
        socket.Send(_sendBuffer.AsSpan(0, length), SocketFlags.None, out var error);
        if (error == SocketError.Success)
        {
            _counters.Sent++;
            request.Attempts++;
        }

        return error;
    }

    /// <summary>
    /// Takes note that some datagram was refused; the kernel does not say which, and tells it late. So every request on its way is sent
    /// once more, and ends as refused when that is refused too: a server that has come back meanwhile gets it and answers.
    /// </summary>
    private void OnRefusedLocked()
    {
        foreach (var request in _inFlight.Values)
        {
            if (!request.WasRefused && _socket is { } socket)
            {
                request.WasRefused = true;
                if (TrySendLocked(socket, request) == SocketError.ConnectionRefused)
                {
                    // That of the datagram before; another one for this one is waiting to be told.
                    TrySendLocked(socket, request);
                }
            }
            else
            {
                _inFlight.Remove(request.EchoId);
                EndLocked(request, ReplyOutcome.Refused);
            }
        }
    }

    private void PauseLocked(long now) =>
        _pausesUntil = now + (long)(PauseAfterSilence.TotalSeconds * _timeProvider.TimestampFrequency);

    private void SendWaitingLocked()
    {
        if (_waiting.Count > 0 && _timeProvider.GetTimestamp() < _pausesUntil)
        {
            ArmTimerLocked(_pausesUntil);
            return;
        }

        while (_inFlight.Count < _options.MaxInFlightPerServer && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.Waiting = null;
            SendLocked(next.Value);
        }
    }
}
