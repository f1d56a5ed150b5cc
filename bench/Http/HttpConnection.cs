using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Bench.Http;

/// <summary>
/// A keep-alive HTTP/1.1 connection over a plain socket, which understands only what these servers send. HttpClient would take more CPU
/// time than the servers that are measured.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int UsualLength = 16 * 1024;

    /// <summary>
    /// The local address. From the servers' own address a socket can connect to itself while nobody listens, and then holds the port that
    /// the server is about to bind.
    /// </summary>
    private static readonly IPEndPoint Source = new(IPAddress.Parse("127.0.0.2"), 0);

    /// <summary>
    /// Closed by a reset: with thousands of connections in TIME_WAIT the kernel takes milliseconds to find a free port, which makes the
    /// load generator the bottleneck.
    /// </summary>
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        LingerState = new LingerOption(enable: true, seconds: 0),
    };

    private byte[] _buffer = new byte[UsualLength];
    private int _length;

    private HttpConnection()
    {
    }

    private static ReadOnlySpan<byte> EndOfLine => "\r\n"u8;

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Connects to a port on loopback.</summary>
    public static async Task<HttpConnection> OpenAsync(int port, CancellationToken cancellationToken = default)
    {
        var connection = new HttpConnection();
        try
        {
            connection._socket.Bind(Source);
            await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and waits for the whole response. One request at a time.</summary>
    /// <exception cref="IOException">The server closed the connection, or sent something that is not understood.</exception>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken = default)
    {
        await SendOnlyAsync(request, cancellationToken);
        int headLength;
        while ((headLength = _buffer.AsSpan(0, _length).IndexOf(EndOfHead)) < 0)
        {
            await ReceiveAsync(cancellationToken);
        }

        headLength += EndOfHead.Length;
        var (status, contentLength) = ReadHead(_buffer.AsSpan(0, headLength));
        if (contentLength < 0)
        {
            return new HttpAnswer(status, _buffer.AsMemory(0, headLength), await ReadChunksAsync(headLength, cancellationToken));
        }

        while (_length < headLength + contentLength)
        {
            await ReceiveAsync(cancellationToken);
        }

        return new HttpAnswer(status, _buffer.AsMemory(0, headLength), _buffer.AsMemory(headLength, contentLength));
    }

    /// <summary>Sends a request whose response is a stream.</summary>
    public async ValueTask SendOnlyAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken = default)
    {
        for (var rest = request; !rest.IsEmpty;)
        {
            rest = rest[await _socket.SendAsync(rest, cancellationToken)..];
        }

        _length = 0;
    }

    /// <summary>Receives a stream until all that was received of it contains the bytes.</summary>
    public async Task ReceiveUntilAsync(ReadOnlyMemory<byte> bytes)
    {
        while (_buffer.AsSpan(0, _length).IndexOf(bytes.Span) < 0)
        {
            await ReceiveAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The status, and the length of the body; -1 when it is chunked.</summary>
    private static (int Status, int ContentLength) ReadHead(ReadOnlySpan<byte> head)
    {
        const int StatusOffset = 9;
        if (!Utf8Parser.TryParse(head[StatusOffset..], out int status, out _))
        {
            throw new IOException("The response is not HTTP.");
        }

        var name = "\r\nContent-Length: "u8;
        if (head.IndexOf(name) is var at and >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _))
        {
            return (status, length);
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0
            ? (status, -1)
            : throw new IOException($"A response with status {status} has neither a length nor chunks.");
    }

    /// <summary>Reads the chunks, and moves their contents together.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(int start, CancellationToken cancellationToken)
    {
        var (next, bodyEnd) = (start, start);
        while (true)
        {
            int lineLength;
            while ((lineLength = _buffer.AsSpan(next, _length - next).IndexOf(EndOfLine)) < 0)
            {
                await ReceiveAsync(cancellationToken);
            }

            if (!Utf8Parser.TryParse(_buffer.AsSpan(next, lineLength), out int length, out _, 'x'))
            {
                throw new IOException("A chunk has no valid length.");
            }

            next += lineLength + EndOfLine.Length;
            while (_length < next + length + EndOfLine.Length)
            {
                await ReceiveAsync(cancellationToken);
            }

            if (length == 0)
            {
                return _buffer.AsMemory(start, bodyEnd - start);
            }

            _buffer.AsSpan(next, length).CopyTo(_buffer.AsSpan(bodyEnd));
            bodyEnd += length;
            next += length + EndOfLine.Length;
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_length == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 4);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken);
        _length += received > 0 ? received : throw new IOException("The server closed the connection.");
    }
}
