using System.Net;
using System.Net.Sockets;
using Raida.Client;

namespace Raida.Tests.Client;

public sealed class SegmentedSendingTests : IDisposable
{
    private readonly Socket _receiver = Bind();
    private readonly Socket _sender = Bind();
    private readonly SegmentedSending _segments = new();

    public SegmentedSendingTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone can cut datagrams out of one buffer.");
        _sender.Connect(_receiver.LocalEndPoint!);
        _sender.Blocking = false;
        _receiver.ReceiveTimeout = 20_000;
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    [Fact]
    public void Each_datagram_arrives_by_itself_the_last_one_may_be_shorter()
    {
        var bytes = CreateBytes(3 * 1394 + 200);

        Assert.Equal(SocketError.Success, _segments.Send(_sender, bytes, 1394));

        Assert.Equal([bytes[..1394], bytes[1394..2788], bytes[2788..4182], bytes[4182..]], Enumerable.Range(0, 4).Select(_ => Receive()));
        Assert.Equal(0, _receiver.Available);
        Assert.True(_segments.IsPossible);
    }

    [Fact]
    public void What_is_sent_otherwise_afterwards_is_not_cut()
    {
        _segments.Send(_sender, CreateBytes(200), 100);
        var whole = CreateBytes(1000);

        _sender.Send(whole);

        Assert.Equal([100, 100, 1000], Enumerable.Range(0, 3).Select(_ => Receive().Length));
    }

    [Fact]
    public void Where_the_system_cannot_nothing_is_sent_and_it_is_not_tried_for_ever()
    {
        // Without checksums the system refuses to cut: SO_NO_CHECK at the level of sockets.
        _sender.SetRawSocketOption(1, 11, BitConverter.GetBytes(1));

        Assert.NotEqual(SocketError.Success, _segments.Send(_sender, CreateBytes(200), 100));

        Assert.False(_segments.IsPossible);
        Assert.Equal(0, _receiver.Available);
    }

    [Fact]
    public void A_refusal_of_an_earlier_datagram_is_told_and_does_not_keep_it_from_being_tried_again()
    {
        _receiver.Dispose();
        Assert.Equal(SocketError.Success, _segments.Send(_sender, CreateBytes(200), 100));

        Assert.Equal(SocketError.ConnectionRefused, _segments.Send(_sender, CreateBytes(200), 100));

        Assert.True(_segments.IsPossible);
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static byte[] CreateBytes(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    private byte[] Receive()
    {
        var buffer = new byte[4096];
        return buffer[.._receiver.Receive(buffer)];
    }
}
