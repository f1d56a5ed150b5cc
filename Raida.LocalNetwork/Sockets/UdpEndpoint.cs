using System.Net;
using System.Net.Sockets;
using Raida.LocalNetwork.Answering;

namespace Raida.LocalNetwork.Sockets;

/// <summary>An agent's UDP port: each datagram is one request, and gets one. Owns its socket.</summary>
internal sealed class UdpEndpoint : IAsyncDisposable
{
    /// <summary>How many delayed answers may wait. More are dropped, as by a full socket buffer.</summary>
    public const int MaxDelayedAnswers = 4096;

    private const int MaxUdpPayload = 65_535;

    private readonly Socket _socket;
    private readonly LocalAgent _agent;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _receiving;
    private int _delayedAnswers;

    public UdpEndpoint(Socket socket, LocalAgent agent)
    {
        _socket = socket;
        _agent = agent;
        _receiving = Task.Run(ReceiveAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
        _stopping.Dispose();
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
            catch (SocketException)
            {
                // An earlier answer did not reach its client, for example because its port is closed. Other clients are not affected.
            }
        }
    }

    private void Answer(Span<byte> request, byte[] response, SocketAddress client)
    {
        // Read before counting: a test that has seen the count may change the faults.
        var faults = _agent.Faults;
        _agent.Counters.CountUdpRequest();
        if (faults.Deaf || faults.IsLost())
        {
            return;
        }

        var length = _agent.Answerer.Answer(request, RequestChecks.MaxDatagramLength, faults, response);
        var copies = faults.AnswerTwice ? 2 : 1;
        var delay = faults.GetDelay();
        if (delay == TimeSpan.Zero)
        {
            Send(response.AsSpan(0, length), client, copies);
        }
        else if (Volatile.Read(ref _delayedAnswers) < MaxDelayedAnswers)
        {
            _ = SendLaterAsync(response[..length], Copy(client), copies, delay);
        }
    }

    private async Task SendLaterAsync(byte[] response, SocketAddress client, int copies, TimeSpan delay)
    {
        Interlocked.Increment(ref _delayedAnswers);
        try
        {
            await Task.Delay(delay, _stopping.Token).ConfigureAwait(false);
            Send(response, client, copies);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The agent stops, and drops its delayed answers.
        }
        finally
        {
            Interlocked.Decrement(ref _delayedAnswers);
        }
    }

    /// <summary>
    /// Sends synchronously: the OS takes a datagram at once or drops it. Asynchronous sends by several threads on one socket occasionally
    /// fail inside .NET with a NullReferenceException.
    /// </summary>
    private void Send(ReadOnlySpan<byte> response, SocketAddress client, int copies)
    {
        for (var i = 0; i < copies; i++)
        {
            try
            {
                _socket.SendTo(response, SocketFlags.None, client);
            }
            catch (SocketException)
            {
                // The client has closed its socket.
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
