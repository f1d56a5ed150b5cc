using System.Buffers;
using System.Net.Sockets;
using Raida.LocalNetwork.Answering;
using Raida.Protocol;

namespace Raida.LocalNetwork.Sockets;

/// <summary>One TCP connection: reads one request, answers it and closes. What follows the request is not looked at.</summary>
internal sealed class TcpConnectionHandler(RequestAnswerer answerer, FaultSource faultSource, AgentCounters counters)
{
    private const int MaxRequestLength = RequestHeader.Length + ushort.MaxValue;

    /// <summary>How long a client may take to send its request.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a client that was answered may take to close its end.</summary>
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Serves a connection to its end and closes it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="stopping">Ends it at once.</param>
    /// <returns>A task that ends with the connection.</returns>
    public async Task ServeAsync(Socket connection, CancellationToken stopping)
    {
        using var _ = connection;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(ReadTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRequestLength);
        try
        {
            var length = await ReadRequestAsync(connection, buffer, deadline.Token).ConfigureAwait(false);
            if (length > 0)
            {
                await AnswerAsync(connection, buffer.AsMemory(0, length), deadline.Token, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The client took too long to send its request or to close its end: the connection is closed without more.
        }
        catch (SocketException)
        {
            // The client has gone: there is nobody to answer.
        }
        finally
        {
            // It holds coins' secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Reads what an answer needs: all of the request, or a header that is wrong, or what came before the end.</summary>
    private async Task<int> ReadRequestAsync(Socket connection, byte[] buffer, CancellationToken deadline)
    {
        var length = await ReadAsync(connection, buffer.AsMemory(0, RequestHeader.Length), deadline).ConfigureAwait(false);
        if (length < RequestHeader.Length || answerer.HasHeaderError(buffer))
        {
            return length;
        }

        var body = buffer.AsMemory(RequestHeader.Length, RequestHeader.Read(buffer).BodyLength);
        return length + await ReadAsync(connection, body, deadline).ConfigureAwait(false);
    }

    private static async Task<int> ReadAsync(Socket connection, Memory<byte> destination, CancellationToken deadline)
    {
        var length = 0;
        while (length < destination.Length)
        {
            var received = await connection.ReceiveAsync(destination[length..], SocketFlags.None, deadline).ConfigureAwait(false);
            if (received == 0)
            {
                break;
            }

            length += received;
        }

        return length;
    }

    private async Task AnswerAsync(Socket connection, Memory<byte> request, CancellationToken deadline, CancellationToken stopping)
    {
        counters.CountTcpRequest();
        var faults = faultSource.Current;
        if (faults.Deaf)
        {
            await WaitForCloseAsync(connection, request, deadline).ConfigureAwait(false);
            return;
        }

        var response = new byte[RequestAnswerer.MaxResponseLength];
        var length = answerer.Answer(request.Span, MaxRequestLength, faults, response);
        await Task.Delay(faultSource.GetDelay(faults), stopping).ConfigureAwait(false);
        try
        {
            await SendAsync(connection, response.AsMemory(0, length), stopping).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            counters.CountUnsentAnswer();
            return;
        }

        counters.CountAnswer(response);
        await CloseAsync(connection, request, stopping).ConfigureAwait(false);
    }

    private static async Task SendAsync(Socket connection, ReadOnlyMemory<byte> response, CancellationToken stopping)
    {
        while (!response.IsEmpty)
        {
            response = response[await connection.SendAsync(response, SocketFlags.None, stopping).ConfigureAwait(false)..];
        }
    }

    /// <summary>
    /// Closes this end, and reads off what the client still sends: a socket closed over unread bytes resets the connection, and the
    /// answer may be lost with it.
    /// </summary>
    private static async Task CloseAsync(Socket connection, Memory<byte> scratch, CancellationToken stopping)
    {
        connection.Shutdown(SocketShutdown.Send);
        using var linger = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        linger.CancelAfter(LingerTimeout);
        await WaitForCloseAsync(connection, scratch, linger.Token).ConfigureAwait(false);
    }

    private static async Task WaitForCloseAsync(Socket connection, Memory<byte> scratch, CancellationToken deadline)
    {
        int received;
        do
        {
            received = await connection.ReceiveAsync(scratch, SocketFlags.None, deadline).ConfigureAwait(false);
        }
        while (received > 0);
    }
}
