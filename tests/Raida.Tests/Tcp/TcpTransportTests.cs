using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Raida.Protocol;
using Raida.Tcp;
using Raida.Tests.Support;

namespace Raida.Tests.Tcp;

public sealed class TcpTransportTests : IDisposable
{
    private static readonly byte[] Request = new byte[RequestHeader.Length];

    private readonly FakeTimeProvider _time = new();
    private readonly TcpPeer _peer = new();
    private readonly TcpTransport _transport;

    public TcpTransportTests() => _transport = new TcpTransport(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IPEndPoint EndPoint => new(IPAddress.Loopback, _peer.Port);

    public void Dispose() => _peer.Dispose();

    [Fact]
    public async Task Reply_is_read_to_its_end()
    {
        var exchange = _transport.ExchangeAsync(EndPoint, Request, Token);
        var reply = new byte[ResponseHeader.Length + 10];
        new ResponseHeader { BodyLength = 10 }.Write(reply, new byte[ResponseHeader.SignatureLength]);
        (await _peer.ReceiveAsync()).Send([.. reply, 1, 2, 3]);

        Assert.Equal(reply, await exchange);
    }

    [Fact]
    public async Task Closed_port_gives_no_reply()
    {
        var endPoint = EndPoint;
        _peer.Dispose();

        var exchange = _transport.ExchangeAsync(endPoint, Request, Token);

        Assert.Null(await exchange.WaitAsync(Eventually.DefaultTimeout, Token));
    }

    [Fact]
    public async Task Connection_that_is_reset_gives_no_reply()
    {
        var exchange = _transport.ExchangeAsync(EndPoint, Request, Token);
        (await _peer.ReceiveAsync()).Break();

        Assert.Null(await exchange);
    }

    [Fact]
    public async Task Reply_within_ten_seconds_is_read()
    {
        var exchange = _transport.ExchangeAsync(EndPoint, Request, Token);
        using var request = await _peer.ReceiveAsync();
        _time.Advance(TcpTransport.ReplyTimeout - TimeSpan.FromMilliseconds(1));

        request.Send(new byte[ResponseHeader.Length]);

        Assert.NotNull(await exchange);
    }

    [Fact]
    public async Task Unresponsive_server_is_abandoned_after_ten_seconds()
    {
        var exchange = _transport.ExchangeAsync(EndPoint, Request, Token);
        using var request = await _peer.ReceiveAsync();

        _time.Advance(TcpTransport.ReplyTimeout);

        Assert.Null(await exchange);
    }

    [Fact]
    public async Task Cancellation_ends_an_exchange()
    {
        using var cancellation = new CancellationTokenSource();
        var exchange = _transport.ExchangeAsync(EndPoint, Request, cancellation.Token);
        using var request = await _peer.ReceiveAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchange);
    }

    [Fact]
    public async Task Connect_that_nothing_answers_is_abandoned_after_five_seconds()
    {
        // A listener whose queue is full ignores further connects.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;
        using var queued = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await queued.ConnectAsync(endPoint, Token);
        var exchange = _transport.ExchangeAsync(endPoint, Request, Token);

        _time.Advance(TcpTransport.ConnectTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(exchange.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await exchange.WaitAsync(Eventually.DefaultTimeout, Token));
    }
}
