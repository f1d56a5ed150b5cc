using System.Net;
using System.Net.Sockets;
using Raida.Servers;

namespace Raida.Udp;

/// <summary>
/// A connected UDP socket, which the kernel keeps free of other senders' datagrams, and the loop that receives from it. Moves bytes and
/// knows nothing of requests.
/// </summary>
internal sealed class UdpTransport : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Action<ReadOnlyMemory<byte>> _onDatagram;
    private readonly Action<UdpTransport, Exception> _onError;
    private readonly Task _receiving;
    private volatile bool _isClosing;

    /// <summary>Opens a socket. Throws a <see cref="SocketException"/> if the kernel has no socket or no route.</summary>
    /// <param name="onDatagram">Receives each datagram, one at a time; the memory is reused afterwards.</param>
    /// <param name="onError">
    /// Receives a <see cref="SocketException"/> with ConnectionRefused when the kernel reports that an earlier datagram was refused.
    /// After any other exception the transport receives nothing more.
    /// </param>
    public UdpTransport(IPEndPoint endPoint, Action<ReadOnlyMemory<byte>> onDatagram, Action<UdpTransport, Exception> onError)
    {
        EndPoint = endPoint;
        _onDatagram = onDatagram;
        _onError = onError;

        // Non-blocking: a full send buffer is reported instead of waited for.
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            // Connecting a datagram socket only names its peer: it does not wait.
            _socket.Connect(endPoint);
            if (endPoint.Equals(_socket.LocalEndPoint))
            {
                // Where nobody listens on this machine, the kernel may assign the very port that is to be reached, and datagrams would come
                // back to their sender. The next attempt gets another port.
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        // On the thread pool, not on the caller's scheduler: this loop outlives the request that started it.
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>The server's address.</summary>
    public IPEndPoint EndPoint { get; }

    public SocketError Send(ReadOnlySpan<byte> datagram)
    {
        _socket.Send(datagram, SocketFlags.None, out var error);
        return error;
    }

    /// <summary>Closes the socket. Safe to call from a handler, which must not await it.</summary>
    public async ValueTask DisposeAsync()
    {
        // This ends a pending receive.
        _isClosing = true;
        _socket.Dispose();
        await _receiving.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Memory<byte> buffer = new byte[ServerCodec.MaxReplyLength];
        while (!_isClosing)
        {
            try
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
                _onDatagram(buffer[..length]);
            }
            catch (Exception) when (_isClosing)
            {
                return;
            }
            catch (SocketException exception) when (
                exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                _onError(this, new SocketException((int)SocketError.ConnectionRefused));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
            {
                // Some systems report a datagram that is larger than the buffer this way; others truncate it.
                _onDatagram(buffer);
            }
            catch (Exception exception)
            {
                // Including a fault of ours: it must not make the server look dead for good.
                _onError(this, exception);
                return;
            }
        }
    }
}
