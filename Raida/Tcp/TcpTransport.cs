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
            if (endPoint.Equals(socket.LocalEndPoint))
            {
                return null;
            }

            using var stream = new NetworkStream(socket);
            return await ExchangeAsync(stream, request, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    internal static async Task<byte[]?> ExchangeAsync(Stream stream, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A server that finds an error in the header replies and closes before it has read the rest: the reply may be there.
        }

        var buffer = new byte[ServerCodec.MaxReplyLength];
        if (!await TryReadAsync(stream, buffer.AsMemory(0, ResponseHeader.Length), cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var length = ResponseHeader.Length + ResponseHeader.Read(buffer).BodyLength;
        return length <= buffer.Length
            && await TryReadAsync(stream, buffer.AsMemory(ResponseHeader.Length..length), cancellationToken).ConfigureAwait(false)
                ? buffer[..length]
                : null;
    }

    private static async Task<bool> TryReadAsync(Stream stream, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var length = destination.Length;
        return await stream.ReadAtLeastAsync(destination, length, false, cancellationToken).ConfigureAwait(false) == length;
    }
}
