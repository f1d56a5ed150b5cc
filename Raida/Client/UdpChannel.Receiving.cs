using System.Buffers.Binary;
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
        var buffer = new byte[BufferLength];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token).ConfigureAwait(false);
                OnDatagram(buffer.AsSpan(0, length));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
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
            _socket = null;
            EndAllInFlightLocked(ReplyOutcome.Dropped);
            SendWaitingLocked();
        }

        socket.Dispose();
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (datagram.Length is < ResponseHeader.Length or >= BufferLength)
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
            else if (header.RaidaId != _raida)
            {
                _counters.Malformed++;
            }
            else if (!_inFlight.TryGetValue(header.EchoId, out var request))
            {
                _counters.Unmatched++;
            }
            else if (!ResponseCodec.IsSignedFor(datagram, request.Challenge, Key))
            {
                _counters.Forged++;
            }
            else if (!TryReadBody(datagram, header, request, out var body))
            {
                _counters.Malformed++;
            }
            else
            {
                _inFlight.Remove(request.EchoId);
                _counters.Answered++;
                request.TrySetResult(End(request.Command, ReplyOutcome.Answered, request.StartedAt) with
                {
                    Status = header.Status,
                    ExecutionMicroseconds = header.ExecutionMicroseconds,
                    Body = body,
                });
                SendWaitingLocked();
            }
        }
    }

    private bool TryReadBody(ReadOnlySpan<byte> datagram, ResponseHeader header, PendingRequest request, out byte[] body)
    {
        body = [];
        var group = (byte)((ushort)request.Command >> 8);
        if (header.CommandGroup != group
            || !ResponseCodec.TryGetBody(datagram, out var received)
            || !ResponseCodec.HasExpectedBody(request.Command, header.Status, request.CoinCount, received.Length))
        {
            return false;
        }

        if (!received.IsEmpty)
        {
            body = received.ToArray();
            if (_options.KeyCoin is not null)
            {
                Span<byte> nonce = stackalloc byte[RequestHeader.NonceLength];
                BinaryPrimitives.WriteUInt64BigEndian(nonce, (request.Nonce << 16) | request.EchoId);
                CounterMode.Apply(Key, nonce, body);
            }
        }

        return true;
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
