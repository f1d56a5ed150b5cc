using System.Net;
using System.Net.Sockets;
using Raida.LocalNetwork.Answering;

namespace Raida.LocalNetwork.Sockets;

/// <summary>An agent's UDP port: one datagram a request, one an answer. Owns its socket.</summary>
internal sealed class UdpEndpoint : IAsyncDisposable
{
    /// <summary>The most delayed answers that wait at a time; those beyond are dropped, as a full socket buffer would.</summary>
    public const int MaxDelayedAnswers = 4096;

    private const int MaxUdpPayload = 65_535;

    private readonly Socket _socket;
    private readonly RequestAnswerer _answerer;
    private readonly FaultSource _faults;
    private readonly AgentCounters _counters;
    private readonly BoundedTasks _delayedAnswers = new(MaxDelayedAnswers);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _receiving;

    public UdpEndpoint(Socket socket, RequestAnswerer answerer, FaultSource faults, AgentCounters counters)
    {
        _socket = socket;
        _answerer = answerer;
        _faults = faults;
        _counters = counters;
        _receiving = Task.Run(ReceiveAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        try
        {
            await _receiving.ConfigureAwait(false);
            await _delayedAnswers.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _socket.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        var request = new byte[MaxUdpPayload];
        var response = new byte[RequestAnswerer.MaxResponseLength];
        var client = new SocketAddress(_socket.AddressFamily);
        while (true)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(request, SocketFlags.None, client, _stopping.Token).ConfigureAwait(false);
                Answer(request.AsSpan(0, length), response, client);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception) when (IsOfOneClient(exception.SocketErrorCode))
            {
                // A client whose answer found its port closed. The others are waiting.
            }
        }
    }

    private static bool IsOfOneClient(SocketError error) => error is
        SocketError.ConnectionReset
        or SocketError.ConnectionRefused
        or SocketError.NetworkReset
        or SocketError.HostUnreachable
        or SocketError.NetworkUnreachable
        or SocketError.MessageSize;

    private void Answer(Span<byte> request, byte[] response, SocketAddress client)
    {
        _counters.CountUdpRequest();
        var faults = _faults.Current;
        if (_faults.IsLost(faults))
        {
            _counters.CountLostRequest();
            return;
        }

        if (faults.Deaf)
        {
            return;
        }

        var length = _answerer.Answer(request, RequestChecks.MaxDatagramLength, faults, response);
        var copies = faults.AnswerTwice ? 2 : 1;
        var delay = _faults.GetDelay(faults);
        if (delay == TimeSpan.Zero)
        {
            Send(response.AsSpan(0, length), client, copies);
        }
        else
        {
            SendLater(response.AsSpan(0, length).ToArray(), Copy(client), copies, delay);
        }
    }

    private void SendLater(byte[] response, SocketAddress client, int copies, TimeSpan delay)
    {
        if (!_delayedAnswers.TryTakeRoom())
        {
            _counters.CountUnsentAnswer();
            return;
        }

        _delayedAnswers.Run(async stopping =>
        {
            await Task.Delay(delay, stopping).ConfigureAwait(false);
            Send(response, client, copies);
        });
    }

    /// <summary>
    /// Sends synchronously: the system takes a datagram at once or drops it, and asynchronous sends to an address by several threads
    /// at a time on one socket now and then fail inside .NET with a NullReferenceException.
    /// </summary>
    private void Send(ReadOnlySpan<byte> response, SocketAddress client, int copies)
    {
        for (var i = 0; i < copies; i++)
        {
            try
            {
                _socket.SendTo(response, SocketFlags.None, client);
                _counters.CountAnswer(response);
            }
            catch (SocketException)
            {
                _counters.CountUnsentAnswer();
            }
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
