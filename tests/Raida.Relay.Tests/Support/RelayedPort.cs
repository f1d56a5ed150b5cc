using System.Numerics;

namespace Raida.Relay.Tests.Support;

/// <summary>A port that sends back what it receives, a relay in front of it, and a client.</summary>
internal sealed class RelayedPort : IAsyncDisposable
{
    // This many small datagrams fit into every socket buffer, with any limits of the OS.
    private const int Window = 50;

    private int _sent;

    private RelayedPort(DatagramSocket server, NetworkRelay relay)
    {
        Server = server;
        Relay = relay;
    }

    public DatagramSocket Server { get; }

    public NetworkRelay Relay { get; }

    public DatagramSocket Client { get; } = new();

    public RelayNode Node => Relay.Nodes[0];

    public RelayCounters ToServer => Node.ToServer.Counters;

    public RelayCounters Back => Node.Back.Counters;

    public static async Task<RelayedPort> StartAsync(int seed = 1, TimeProvider? timeProvider = null)
    {
        var server = new DatagramSocket(echoes: true);
        var cancelled = TestContext.Current.CancellationToken;
        return new RelayedPort(
            server,
            await NetworkRelay.StartAsync([server.EndPoint], seed, timeProvider ?? TimeProvider.System, cancelled));
    }

    public static int CountDifferentBits(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        Assert.Equal(one.Length, other.Length);
        var bits = 0;
        for (var i = 0; i < one.Length; i++)
        {
            bits += BitOperations.PopCount((uint)(one[i] ^ other[i]));
        }

        return bits;
    }

    /// <summary>Sends numbered datagrams in small groups, and waits until each group has passed the relay.</summary>
    public async Task SendAsync(int count)
    {
        for (var end = _sent + count; _sent < end;)
        {
            Client.Send(Node.EndPoint, DatagramSocket.CreateNumbered(_sent));
            _sent++;
            if (_sent % Window == 0 || _sent == end)
            {
                await SettleAsync();
            }
        }
    }

    /// <summary>Waits until all datagrams that the relay forwarded in either direction have arrived.</summary>
    public Task SettleAsync() => Eventually.HoldsAsync(
        () => ToServer.Received == _sent
            && Server.Count == ToServer.Forwarded
            && Back.Received == Server.Count
            && Client.Count == Back.Forwarded,
        $"all of {_sent} datagrams are forwarded or dropped: {ToServer} to the server, {Back} back");

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Relay.DisposeAsync();
        await Server.DisposeAsync();
    }
}
