using System.Net;
using System.Net.Sockets;

namespace Raida.Client;

/// <content>Opening the socket, and opening another one when the server has moved.</content>
internal sealed partial class UdpChannel
{
    /// <summary>Joins the attempt that is under way, or begins one.</summary>
    private Task<bool> ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RaidaClient));
            return _socket is not null ? Task.FromResult(true) : _connecting ??= Task.Run(ConnectOnceAsync);
        }
    }

    private async Task<bool> ConnectOnceAsync()
    {
        // It has a deadline of its own.
        var endPoint = await _address.GetAsync(CancellationToken.None).ConfigureAwait(false);
        lock (_gate)
        {
            _connecting = null;
            return endPoint is not null && !_disposed && TryOpenLocked(endPoint);
        }
    }

    private void OnAddressChanged(IPEndPoint endPoint)
    {
        lock (_gate)
        {
            if (_disposed || _socket is not { } old || !TryOpenLocked(endPoint))
            {
                return;
            }

            // Closing it ends its loop. What is on its way goes to the new address as well, the same to the last byte.
            old.Dispose();
            foreach (var request in _inFlight.Values)
            {
                TrySendLocked(_socket, request);
            }
        }
    }

    private bool TryOpenLocked(IPEndPoint endPoint)
    {
        // Not blocking: a full send buffer is reported instead of waited for.
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            // Connecting a datagram socket only names its peer: it does not wait.
            socket.Connect(endPoint);
            if (endPoint.Equals(socket.LocalEndPoint))
            {
                // Where nobody listens on this machine, the system may give out the very port that is to be reached: datagrams would come
                // back to their sender. The next attempt gets another port.
                socket.Dispose();
                return false;
            }
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            LogSocketFailed(_raida, _options.Servers[_raida], exception.SocketErrorCode);
            return false;
        }

        // On the thread pool whatever scheduler the caller has: this loop outlives the request that started it.
        _socket = socket;
        _segments = new SegmentedSending();
        _receiving = Task.WhenAll(_receiving, Task.Run(() => ReceiveAsync(socket), CancellationToken.None));
        return true;
    }
}
