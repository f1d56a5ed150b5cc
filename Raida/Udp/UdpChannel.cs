using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Raida.Protocol;
using Raida.Servers;

namespace Raida.Udp;

/// <summary>
/// Sends requests to one server by UDP and retransmits them. Completes each request with the first reply that carries its signature. Opens
/// a new transport when the socket fails or the server's address changes.
/// </summary>
internal sealed partial class UdpChannel : IAsyncDisposable
{
    private const int MaxSendAttempts = 3;

    private static readonly TimeSpan HeaderErrorLogInterval = TimeSpan.FromSeconds(10);

    private readonly RaidaServer _server;
    private readonly int _raida;
    private readonly ServerCodec _codec;
    private readonly ServerAddress _address;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly long _epoch;
    private readonly Lock _gate = new();
    private readonly RequestTable _table = new();
    private readonly byte[] _sendBuffer = new byte[RequestCodec.GetLength(DetectPayload.MaxCoinsPerDatagram * DetectPayload.RecordLength)];
    private readonly ITimer _timer;
    private TimeSpan _timerDueAt = TimeSpan.MaxValue;
    private TimeSpan _headerErrorLoggedAt = TimeSpan.MinValue;
    private long _headerErrors;
    private UdpTransport? _transport;
    private Task _closing = Task.CompletedTask;
    private bool _disposed;

    public UdpChannel(
        int raida,
        RaidaServer server,
        ServerCodec codec,
        ServerAddress address,
        ServerMetrics metrics,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _raida = raida;
        _server = server;
        _codec = codec;
        _address = address;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _logger = logger;
        _epoch = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(
            static state => ((UdpChannel)state!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_epoch);

    /// <summary>Sends a request. The caller must remove it when it stops waiting.</summary>
    /// <returns>The reply, or null when TCP is to be tried while the datagrams remain in flight.</returns>
    public async Task<RaidaReply?> SendAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        // Waits for the first lookup of the name; OpenLocked reads the address.
        await _address.GetAsync(cancellationToken).ConfigureAwait(false);
        Task<RaidaReply?> completion;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            SendLocked(request);

            // Read here: it is replaced when the request falls back.
            completion = request.Completion;
        }

        return await completion.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a request that the caller no longer waits for; has no effect if it has ended.</summary>
    public void Remove(PendingRequest request)
    {
        lock (_gate)
        {
            _table.Remove(request);
        }
    }

    /// <summary>
    /// Creates a reply without content, with the latency since the first transmission. TCP replies use it too: the start time is on this
    /// channel's clock.
    /// </summary>
    public RaidaReply CreateReply(PendingRequest request, ReplyOutcome outcome) => new()
    {
        Command = request.Command,
        Outcome = outcome,
        Latency = Now - request.StartedAt,
        Timeout = outcome == ReplyOutcome.NoReply ? request.Timing.Timeout : TimeSpan.Zero,
        IsEncrypted = _codec.Encrypts(request.Command),
    };

    /// <summary>Creates the reply to a request for which only an error without a usable signature was received.</summary>
    /// <param name="isProven">Whether something else proves the error.</param>
    public RaidaReply CreateErrorReply(PendingRequest request, ResponseStatus error, bool isProven) =>
        CreateReply(request, ReplyOutcome.Answered) with { Status = error, Latency = request.UnprovenErrorAfter, IsUnproven = !isProven, IsFinal = true };

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var request in _table.Requests)
            {
                request.Fail(new ObjectDisposedException(nameof(RaidaClient)));
            }

            CloseTransportLocked();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _closing.ConfigureAwait(false);
    }

    /// <summary>Opens a transport if none is open, or if the server has moved.</summary>
    /// <returns>Null if the address is unknown, or the kernel has no socket or no route.</returns>
    private UdpTransport? OpenLocked()
    {
        if (_address.Current is not { } endPoint || endPoint.Equals(_transport?.EndPoint))
        {
            return _transport;
        }

        CloseTransportLocked();
        try
        {
            _transport = new UdpTransport(endPoint, OnDatagram, OnTransportError);
        }
        catch (SocketException exception)
        {
            LogSocketFailed(_raida, _server, exception.Message);
        }

        return _transport;
    }

    private void CloseTransportLocked()
    {
        if (_transport is { } transport)
        {
            _transport = null;
            _closing = Task.WhenAll(_closing, transport.DisposeAsync().AsTask());
        }
    }

    private void SendLocked(PendingRequest request)
    {
        // Added before it is transmitted, so that the timeout applies even if the process is suspended in between.
        _table.Add(request, Now);
        ArmTimerLocked();
        var error = TransmitLocked(request);
        for (var attempt = 1; error == SocketError.ConnectionRefused && attempt < MaxSendAttempts; attempt++)
        {
            // The kernel reports the refusal of an earlier datagram here; this one was not sent.
            OnRefusedLocked(except: request);
            error = TransmitLocked(request);
        }

        if (error != SocketError.Success)
        {
            EndLocked(request, error == SocketError.ConnectionRefused ? ReplyOutcome.Refused : ReplyOutcome.Dropped);
        }
    }

    private SocketError TransmitLocked(PendingRequest request)
    {
        if (request.Transmissions == RequestTiming.MaxTransmissions)
        {
            return SocketError.Success;
        }

        if (OpenLocked() is not { } transport)
        {
            return SocketError.NotConnected;
        }

        var error = transport.Send(_sendBuffer.AsSpan(0, _codec.Write(request, _sendBuffer)));
        if (error == SocketError.Success)
        {
            _metrics.CountDatagram(isRetransmission: request.Transmissions++ > 0);
        }

        return error;
    }

    private void ArmTimerLocked()
    {
        if (_table.DueAt < _timerDueAt)
        {
            // Timers have millisecond resolution. Rounded up, so that the timer does not fire before the request is due.
            _timerDueAt = _table.DueAt;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((_timerDueAt - Now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _timerDueAt = TimeSpan.MaxValue;
            var isRefused = false;
            foreach (var (request, hasTimedOut) in _table.Advance(Now))
            {
                if (!hasTimedOut)
                {
                    // The kernel reports a pending refusal of an earlier datagram from this call, and only once.
                    isRefused |= TransmitLocked(request) == SocketError.ConnectionRefused;
                }
                else if (request.UnprovenError is { } error)
                {
                    // No proof arrived, but the server did reply: a retry would only cost another timeout.
                    request.Complete(CreateErrorReply(request, error, isProven: false));
                }
                else
                {
                    request.Complete(CreateReply(request, ReplyOutcome.NoReply));
                }
            }

            if (isRefused)
            {
                OnRefusedLocked(except: null);
            }

            ArmTimerLocked();
        }
    }

    private void EndLocked(PendingRequest request, ReplyOutcome outcome)
    {
        _table.Remove(request);
        request.Complete(CreateReply(request, outcome));
    }

    private void OnTransportError(UdpTransport transport, Exception exception)
    {
        lock (_gate)
        {
            if (_disposed || _transport != transport)
            {
                return;
            }

            if (exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                OnRefusedLocked(except: null);
                return;
            }

            LogSocketFailed(_raida, _server, exception.Message);
            CloseTransportLocked();
            foreach (var request in _table.Requests)
            {
                EndLocked(request, ReplyOutcome.Dropped);
            }
        }
    }

    /// <summary>
    /// The kernel does not report which datagram was refused. So every request in flight is retransmitted once, and a second refusal ends it:
    /// a server that has restarted in between receives the retransmission.
    /// </summary>
    private void OnRefusedLocked(PendingRequest? except)
    {
        foreach (var request in _table.Requests)
        {
            if (request == except)
            {
                continue;
            }

            if (request.WasRefused)
            {
                EndLocked(request, ReplyOutcome.Refused);
                continue;
            }

            request.WasRefused = true;
            if (TransmitLocked(request) == SocketError.ConnectionRefused)
            {
                // The kernel reported an earlier refusal; this datagram was not sent yet.
                TransmitLocked(request);
            }
        }
    }

    private void OnDatagram(ReadOnlyMemory<byte> datagram)
    {
        lock (_gate)
        {
            // One that fills the buffer may have been truncated.
            if (datagram.Length is < ResponseHeader.Length or >= ServerCodec.MaxReplyLength)
            {
                _metrics.CountDiscarded(DiscardReason.Malformed);
                return;
            }

            var header = ResponseHeader.Read(datagram.Span);
            if (header.Status.IsHeaderError())
            {
                // Handled before the RAIDA id is checked, because a wrong RAIDA id may be the error.
                OnHeaderErrorLocked(header.Status);
            }
            else if (!_table.TryGet(header.EchoId, out var request))
            {
                _metrics.CountDiscarded(DiscardReason.Unmatched);
            }
            else
            {
                OnReplyLocked(request, header, datagram.Span);
            }
        }
    }

    private void OnReplyLocked(PendingRequest request, in ResponseHeader header, ReadOnlySpan<byte> reply)
    {
        switch (_codec.Check(reply, request, out var body))
        {
            case ReplyCheck.Proven:
                _table.Remove(request);
                request.Complete(CreateReply(request, ReplyOutcome.Answered) with { Status = header.Status, Body = body });
                break;
            case ReplyCheck.Unproven:
                _metrics.CountDiscarded(DiscardReason.Forged);
                if (header.Status.IsError())
                {
                    // Servers send some errors without a usable signature. TCP can prove the error; a forged one costs a connection.
                    request.UnprovenError = header.Status;
                    request.UnprovenErrorAfter = Now - request.StartedAt;
                    request.FallBack();
                }

                break;
            default:
                _metrics.CountDiscarded(DiscardReason.Malformed);
                break;
        }
    }

    private void OnHeaderErrorLocked(ResponseStatus status)
    {
        _headerErrors++;
        _metrics.CountDiscarded(DiscardReason.HeaderError);
        if (_headerErrors == 1 || Now - _headerErrorLoggedAt >= HeaderErrorLogInterval)
        {
            _headerErrorLoggedAt = Now;
            LogHeaderError(_raida, _server, status.Describe(), _headerErrors);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "RAIDA {Raida} at {Server} rejects the header of our requests: {Status} ({Count} such replies so far). "
            + "They cannot be matched to a request, so the server looks unresponsive. Check the coin id and the order of the servers.")]
    private partial void LogHeaderError(int raida, RaidaServer server, string status, long count);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The socket to RAIDA {Raida} at {Server} failed: {Reason}. The next request opens a new socket.")]
    private partial void LogSocketFailed(int raida, RaidaServer server, string reason);
}
