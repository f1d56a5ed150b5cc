using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Tests.Support;

/// <summary>A UDP port on loopback that keeps the datagrams it receives, and optionally sends them back.</summary>
internal sealed class DatagramSocket : IAsyncDisposable
{
    /// <summary>The length of a numbered datagram in bytes: that of a detect of one coin.</summary>
    public const int NumberedLength = 71;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<byte[]> _received = [];
    private readonly bool _echoes;
    private readonly Task _receiving;

    public DatagramSocket(bool echoes = false)
    {
        _echoes = echoes;
        _socket.ReceiveBufferSize = 4 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _receiving = Task.Run(ReceiveAsync);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The received datagrams, in order.</summary>
    public IReadOnlyList<byte[]> Received => [.. _received];

    public int Count => _received.Count;

    /// <summary>The numbers of the received datagrams, in order.</summary>
    public IReadOnlyList<int> Numbers => [.. _received.Select(datagram => BinaryPrimitives.ReadInt32BigEndian(datagram))];

    /// <summary>A datagram that begins with its number, which also determines its other bytes.</summary>
    public static byte[] CreateNumbered(int number)
    {
        var datagram = new byte[NumberedLength];
        new Random(number).NextBytes(datagram);
        BinaryPrimitives.WriteInt32BigEndian(datagram, number);
        return datagram;
    }

    public void Send(IPEndPoint to, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, to);

    /// <summary>Closes the port. May be called more than once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_receiving.IsCompletedSuccessfully)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _stopping.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65_535];
        var sender = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, _stopping.Token);
                _received.Enqueue(buffer[..length]);
                if (_echoes)
                {
                    _socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, sender);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
