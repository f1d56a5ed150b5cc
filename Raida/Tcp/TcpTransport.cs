using System.Net;
using System.Net.Sockets;
using Raida.Protocol;
using Raida.Servers;

namespace Raida.Tcp;

/// <summary>One exchange over a TCP connection of its own: servers reply to one request and close. Moves bytes.</summary>
internal sealed class TcpTransport(TimeProvider timeProvider)
{
    /// <summary>The published timeout of a connect.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The published timeout of reading the reply.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connects, sends a request, and returns the whole reply; null if the server cannot be reached, times out, or closes the connection early.
    /// </summary>
    public async Task<byte[]?> ExchangeAsync(IPEndPoint endPoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout, timeProvider);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, stopping.Token).ConfigureAwait(false);
            timeout.CancelAfter(ReplyTimeout);

            // Where nobody listens on this machine, the kernel may connect the socket to itself: it would read its own request.
            return endPoint.Equals(socket.LocalEndPoint)
                ? null
                : await ExchangeAsync(socket, request, stopping.Token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<byte[]?> ExchangeAsync(Socket socket, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            while (!request.IsEmpty)
            {
                request = request[await socket.SendAsync(request, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException)
        {
            // A server that finds an error in the header replies and closes before it has read the rest: the reply may be there.
        }

        var buffer = new byte[ServerCodec.MaxReplyLength];
        if (!await TryReadAsync(socket, buffer.AsMemory(0, ResponseHeader.Length), cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var length = ResponseHeader.Length + ResponseHeader.Read(buffer).BodyLength;
        return length <= buffer.Length
            && await TryReadAsync(socket, buffer.AsMemory(ResponseHeader.Length..length), cancellationToken).ConfigureAwait(false)
                ? buffer[..length]
                : null;
    }

    private static async Task<bool> TryReadAsync(Socket socket, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            var received = await socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return false;
            }

            destination = destination[received..];
        }

        return true;
    }
}
