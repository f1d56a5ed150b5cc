using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Testing;

/// <summary>A client that knows nothing of the protocol: bytes out, bytes in.</summary>
public sealed class RawClient : IDisposable
{
    private readonly Socket _udp;

    public RawClient(IPEndPoint server)
    {
        _udp = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _udp.Connect(server);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<byte[]> ExchangeByUdpAsync(IPEndPoint server, byte[] request)
    {
        using var client = new RawClient(server);
        await client.SendAsync(request);
        return await client.ReceiveAsync();
    }

    /// <summary>Sends a request and reads until the server closes the connection.</summary>
    public static async Task<byte[]> ExchangeByTcpAsync(IPEndPoint server, params byte[] request)
    {
        using var socket = await ConnectAsync(server);
        await socket.SendAsync(request, SocketFlags.None, Cancelled);
        return await ReadToEndAsync(socket);
    }

    public static async Task<Socket> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, Cancelled).AsTask().WaitAsync(Eventually.DefaultTimeout, Cancelled);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var received = new MemoryStream();
        var buffer = new byte[4096];
        int length;
        do
        {
            length = await socket.ReceiveAsync(buffer, SocketFlags.None, Cancelled).AsTask().WaitAsync(Eventually.DefaultTimeout, Cancelled);
            received.Write(buffer, 0, length);
        }
        while (length > 0);
        return received.ToArray();
    }

    public async Task SendAsync(byte[] request) => await _udp.SendAsync(request, SocketFlags.None, Cancelled);

    public async Task<byte[]> ReceiveAsync()
    {
        var buffer = new byte[65_535];
        var length = await _udp.ReceiveAsync(buffer, SocketFlags.None, Cancelled).AsTask().WaitAsync(Eventually.DefaultTimeout, Cancelled);
        return buffer[..length];
    }

    public void Dispose() => _udp.Dispose();
}
