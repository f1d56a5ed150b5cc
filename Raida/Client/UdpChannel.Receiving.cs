using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Client;

/// <content>What comes back: only a whole, proven answer to a request that still waits for it reaches a caller.</content>
internal sealed partial class UdpChannel
{
    private static readonly TimeSpan HeaderErrorLogInterval = TimeSpan.FromSeconds(10);

    private long? _headerErrorLoggedAt;

    private async Task ReceiveAsync(Socket socket)
    {
        var buffer = new byte[ServerCodec.MaxAnswerLength];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token).ConfigureAwait(false);
                OnDatagram(buffer.AsSpan(0, length));
            }
            catch (Exception exception) when (
                exception is OperationCanceledException or ObjectDisposedException or SocketException && IsGivenUp(socket))
            {
                return;
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                lock (_gate)
                {
                    OnRefusedLocked();
                    SendWaitingLocked();
                }
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
            {
                // So some systems say that a datagram is larger than the buffer; others cut it off.
                lock (_gate)
                {
                    _counters.Malformed++;
                }
            }
            catch (SocketException exception)
            {
                LogSocketFailed(_raida, _options.Servers[_raida], exception.SocketErrorCode);
                Disconnect(socket);
                return;
            }
            catch (Exception exception)
            {
                // A fault of ours must not make the server look dead for good.
                LogReceivingFailed(exception, _raida);
                Disconnect(socket);
                return;
            }
        }
    }

    /// <summary>Gives a broken socket up; the next request makes a new one.</summary>
    private void Disconnect(Socket socket)
    {
        lock (_gate)
        {
            if (_socket == socket)
            {
                _socket = null;
                EndAllInFlightLocked(ReplyOutcome.Dropped);
                SendWaitingLocked();
            }
        }

        socket.Dispose();
    }

    /// <summary>Whether the socket is read no more: the client ends, or the server has moved and has another one.</summary>
    private bool IsGivenUp(Socket socket)
    {
        lock (_gate)
        {
            return _disposed || _socket != socket;
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (datagram.Length is < ResponseHeader.Length or >= ServerCodec.MaxAnswerLength)
            {
                _counters.Malformed++;
                return;
            }

            var header = ResponseHeader.Read(datagram);
            if (header.Status.IsHeaderError())
            {
                // Before the sender's number is looked at: that it is another one than expected may be the very error.
                _counters.HeaderErrors++;
                LogHeaderErrorNowAndThen(header.Status);
            }
            else if (!_inFlight.TryGetValue(header.EchoId, out var request))
            {
                _counters.Unmatched++;
            }
            else
            {
                TakeLocked(datagram, header, request);
                SendWaitingLocked();
            }
        }
    }

    private void TakeLocked(ReadOnlySpan<byte> datagram, in ResponseHeader header, PendingRequest request)
    {
        switch (_codec.Check(datagram, request, out var body))
        {
            case AnswerCheck.Proven:
                _inFlight.Remove(request.EchoId);
                AnswerLocked(request, End(request, ReplyOutcome.Answered) with
                {
                    Status = header.Status,
                    ExecutionMicroseconds = header.ExecutionMicroseconds,
                    Body = body,
                });
                TakeProofLocked(request, header.Status);
                break;
            case AnswerCheck.Unproven:
                TakeUnprovenLocked(request, header.Status);
                break;
            default:
                _counters.Malformed++;
                break;
        }
    }

    private void LogHeaderErrorNowAndThen(ResponseStatus status)
    {
        var now = _timeProvider.GetTimestamp();
        if (_headerErrorLoggedAt is { } last && _timeProvider.GetElapsedTime(last, now) < HeaderErrorLogInterval)
        {
            return;
        }

        _headerErrorLoggedAt = now;
        LogHeaderError(_raida, _options.Servers[_raida], status.Describe(), _counters.HeaderErrors);
    }
}
