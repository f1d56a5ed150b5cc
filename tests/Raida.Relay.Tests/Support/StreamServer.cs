using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Tests.Support;

/// <summary>A TCP port on loopback, whose connections the test accepts and handles.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private StreamServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public NetworkRelay Relay { get; private set; } = null!;

    public RelayNode Node => Relay.Nodes[0];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Opens the port with a relay in front of it.</summary>
    public static async Task<StreamServer> StartAsync(TimeProvider? timeProvider = null)
    {
        var server = new StreamServer();
        server.Relay = await NetworkRelay.StartAsync(
            [(IPEndPoint)server._listener.LocalEndPoint!],
            seed: 1,
            timeProvider ?? TimeProvider.System,
            Cancelled);
        return server;
    }

    /// <summary>Connects through the relay, and returns both ends.</summary>
    public async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await RawClient.ConnectAsync(Node.EndPoint);
        return (client, await _listener.AcceptAsync(Cancelled).AsTask().WaitAsync(Deadline, Cancelled));
    }

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool HasConnection => _listener.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Sends all bytes and closes this direction, while the other end reads them.</summary>
    public static async Task<byte[]> SendToEndAsync(Socket from, Socket to, byte[] bytes)
    {
        var reading = RawClient.ReadToEndAsync(to);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await from.SendAsync(bytes.AsMemory(sent), SocketFlags.None, Cancelled).AsTask().WaitAsync(Deadline, Cancelled);
        }

        from.Shutdown(SocketShutdown.Send);
        return await reading;
    }

    /// <summary>Closes the port, so that it refuses connections.</summary>
    public void Close() => _listener.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        Close();
    }
}
