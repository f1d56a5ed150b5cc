using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Datagrams;

/// <summary>One client of one server, with its own socket to the server, so that replies can be returned to it.</summary>
internal sealed class ClientPath : IDisposable
{
    private const int MaxSendAttempts = 3;

    private readonly Socket _listening;
    private readonly Socket _upstream;
    private readonly TimeProvider _timeProvider;
    private volatile bool _isClosed;
    private long _usedAt;

    public ClientPath(SocketAddress client, Socket listening, RelayNode node, DelayQueue delays, TimeProvider timeProvider)
    {
        Client = client;
        _listening = listening;
        _timeProvider = timeProvider;
        _usedAt = timeProvider.GetTimestamp();
        ToServer = new DatagramLine(node.ToServer, delays, TrySendToServer);
        Back = new DatagramLine(node.Back, delays, TrySendToClient);
        _upstream = UdpSockets.Enlarge(new Socket(node.Server.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        _upstream.Connect(node.Server);
    }

    public SocketAddress Client { get; }

    public DatagramLine ToServer { get; }

    public DatagramLine Back { get; }

    /// <summary>The time since the last datagram in either direction.</summary>
    public TimeSpan IdleTime => _timeProvider.GetElapsedTime(Interlocked.Read(ref _usedAt));

    public void Touch() => Interlocked.Exchange(ref _usedAt, _timeProvider.GetTimestamp());

    /// <summary>Receives the server's next datagram. Returns its length, or null if the path is closed.</summary>
    public async ValueTask<int?> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            try
            {
                var length = await _upstream.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
                Touch();
                return length;
            }
            catch (Exception exception) when (_isClosed && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (UdpSockets.ConcernsOneDatagram(exception.SocketErrorCode))
            {
                // No process listens at the server's port. The relay cannot report that to the client, so its datagrams are lost.
            }
        }
    }

    /// <summary>Closes the socket, which ends <see cref="ReceiveAsync"/>. May be called at any time and more than once.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _upstream.Dispose();
    }

    private bool TrySendToServer(ReadOnlySpan<byte> datagram)
    {
        var error = SocketError.ConnectionRefused;
        try
        {
            // A refusal reported here is that of an earlier datagram, and this one was not sent.
            for (var attempt = 0; error == SocketError.ConnectionRefused && attempt < MaxSendAttempts; attempt++)
            {
                _upstream.Send(datagram, SocketFlags.None, out error);
            }
        }
        catch (ObjectDisposedException)
        {
            // It was delayed for so long that its client was removed.
            return false;
        }

        return error == SocketError.Success;
    }

    private bool TrySendToClient(ReadOnlySpan<byte> datagram)
    {
        try
        {
            // Synchronously: the OS takes a datagram at once or drops it, and several threads may do so at a time.
            _listening.SendTo(datagram, SocketFlags.None, Client);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
