using System.Net;
using System.Net.Sockets;

namespace Raida.Relay.Tests.Support;

/// <summary>A TCP port on loopback; a test accepts its connections and treats them as it likes.</summary>
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

    /// <summary>Opens the port with a relay before it.</summary>
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

    /// <summary>Makes a connection through the relay, and gives both its ends.</summary>
    public async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await RawClient.ConnectAsync(Node.EndPoint);
        return (client, await _listener.AcceptAsync(Cancelled).AsTask().WaitAsync(Deadline, Cancelled));
    }

    /// <summary>Whether a connection has come in that nobody took yet.</summary>
    public bool HasConnection => _listener.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Sends all bytes and ends this direction, while the other end reads them.</summary>
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

    /// <summary>Has the port refuse connections from now on.</summary>
    public void Close() => _listener.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        Close();
    }
}
