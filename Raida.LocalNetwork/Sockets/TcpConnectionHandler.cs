using System.Buffers;
using System.Net.Sockets;
using Raida.LocalNetwork.Answering;
using Raida.Protocol;

namespace Raida.LocalNetwork.Sockets;

/// <summary>Serves a TCP connection: reads one request, answers it and closes. Bytes after the request are ignored.</summary>
internal sealed class TcpConnectionHandler(LocalAgent agent)
{
    private const int MaxRequestLength = RequestHeader.Length + ushort.MaxValue;

    /// <summary>How long a client may take to send its request.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to close its end after the answer.</summary>
    private static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Serves a connection to its end and closes it.</summary>
    /// <param name="stopping">Ends it immediately.</param>
    public async ValueTask ServeAsync(Socket connection, CancellationToken stopping)
    {
        using var _ = connection;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(ReadTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRequestLength);
        try
        {
            using var stream = new NetworkStream(connection);
            var length = await ReadRequestAsync(stream, buffer, deadline.Token).ConfigureAwait(false);
            if (length > 0)
            {
                await AnswerAsync(stream, buffer.AsMemory(0, length), deadline.Token, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The client took too long to send its request or to close its end.
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The client has closed the connection.
        }
        finally
        {
            // It holds coins' secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Reads what an answer needs: the whole request, an invalid header, or what the client sent before it closed its end.</summary>
    private async Task<int> ReadRequestAsync(NetworkStream stream, byte[] buffer, CancellationToken deadline)
    {
        var length = await ReadAsync(stream, buffer.AsMemory(0, RequestHeader.Length), deadline).ConfigureAwait(false);
        if (length < RequestHeader.Length || agent.Answerer.HasHeaderError(buffer))
        {
            return length;
        }

        var body = buffer.AsMemory(RequestHeader.Length, RequestHeader.Read(buffer).BodyLength);
        return length + await ReadAsync(stream, body, deadline).ConfigureAwait(false);
    }

    private static ValueTask<int> ReadAsync(NetworkStream stream, Memory<byte> destination, CancellationToken deadline) =>
        stream.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, deadline);

    private async Task AnswerAsync(NetworkStream stream, Memory<byte> request, CancellationToken deadline, CancellationToken stopping)
    {
        var faults = agent.Faults;
        agent.Counters.CountTcpRequest();
        if (faults.Deaf || faults.DeafOverTcp)
        {
            await stream.CopyToAsync(Stream.Null, deadline).ConfigureAwait(false);
            return;
        }

        var response = new byte[RequestAnswerer.MaxResponseLength];
        var length = agent.Answerer.Answer(request.Span, MaxRequestLength, faults, response);
        await Task.Delay(faults.GetDelay(), stopping).ConfigureAwait(false);
        await stream.WriteAsync(response.AsMemory(0, length), stopping).ConfigureAwait(false);

        // Reads what the client still sends: closing a socket with unread bytes resets the connection, and the answer may be lost.
        stream.Socket.Shutdown(SocketShutdown.Send);
        using var linger = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        linger.CancelAfter(LingerTimeout);
        await stream.CopyToAsync(Stream.Null, linger.Token).ConfigureAwait(false);
    }
}
