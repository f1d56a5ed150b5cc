using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Raida.Client;

/// <summary>
/// Sends several datagrams with one call of the system, which cuts them out of one buffer: they go through the network's layers as one,
/// which saves most of what each costs. Linux can from 4.18 on (<c>UDP_SEGMENT</c>, udp(7)), unless the way cannot take a datagram whole
/// or its checksums are not the system's to make. Guarded by its channel's lock.
/// </summary>
internal sealed class SegmentedSending
{
    // From linux/udp.h; the level is the protocol's number.
    private const int UdpLevel = 17;
    private const int UdpSegment = 103;

    private bool _isKnown;

    /// <summary>Whether the system has not shown that it cannot.</summary>
    public bool IsPossible { get; private set; } = OperatingSystem.IsLinux();

    /// <summary>Sends the datagrams, all of them or none.</summary>
    /// <param name="socket">A connected socket, the same each time.</param>
    /// <param name="datagrams">One behind the other.</param>
    /// <param name="length">The length of each in bytes; the last one may be shorter.</param>
    /// <returns>Success, or why none was sent: a refusal is that of an earlier datagram, as ever.</returns>
    public SocketError Send(Socket socket, ReadOnlySpan<byte> datagrams, int length)
    {
        if (!TrySet(socket, length) || !IsKnownBy(socket, length))
        {
            IsPossible = false;
            return SocketError.ProtocolOption;
        }

        socket.Send(datagrams, SocketFlags.None, out var error);
        TrySet(socket, 0);

        // The last one is what .NET makes of EIO: the network's device makes no checksums. Any other error may pass.
        IsPossible = error is not (SocketError.InvalidArgument
            or SocketError.MessageSize
            or SocketError.OperationNotSupported
            or SocketError.SocketError);
        return error;
    }

    /// <summary>A system that knows no such option may take it and send all of it as one datagram, but cannot tell it again.</summary>
    private bool IsKnownBy(Socket socket, int length)
    {
        if (!_isKnown)
        {
            var told = 0;
            _isKnown = TryGet(socket, ref told) && told == length;
        }

        return _isKnown;
    }

    private static bool TryGet(Socket socket, ref int length)
    {
        try
        {
            return socket.GetRawSocketOption(UdpLevel, UdpSegment, MemoryMarshal.AsBytes(new Span<int>(ref length))) == sizeof(int);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool TrySet(Socket socket, int length)
    {
        try
        {
            socket.SetRawSocketOption(UdpLevel, UdpSegment, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
