using System.Net;
using System.Net.Sockets;
using Raida.Client;
using Raida.Protocol;

namespace Raida.Tests.Client;

/// <summary>A socket on loopback that stands at the other end of a client, and answers what a test tells it to.</summary>
internal sealed class UdpPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    public UdpPeer(int port = 0)
        : this(IPAddress.Loopback, port)
    {
    }

    public UdpPeer(IPAddress address, int port)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(address, port));
    }

    /// <summary>Whether it gets datagrams that were sent together as one, as they went through the system (<c>UDP_GRO</c>, Linux).</summary>
    public bool ReceivesUndivided
    {
        set => _socket.SetRawSocketOption(17, 104, BitConverter.GetBytes(value ? 1 : 0));
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>A client of which every RAIDA is this peer; tests ask one of them.</summary>
    public RaidaClient CreateClient(
        TimeProvider? timeProvider = null,
        int maxInFlight = 64,
        int maxWaiting = 4096,
        KeyCoin? keyCoin = null,
        Microsoft.Extensions.Logging.ILogger<RaidaClient>? logger = null) => CreateClient(Port, timeProvider, maxInFlight, maxWaiting, keyCoin, logger);

    public static RaidaClient CreateClient(
        int port,
        TimeProvider? timeProvider = null,
        int maxInFlight = 64,
        int maxWaiting = 4096,
        KeyCoin? keyCoin = null,
        Microsoft.Extensions.Logging.ILogger<RaidaClient>? logger = null) => new(
        new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("127.0.0.1", port), RaidaNetwork.NodeCount)],
            MaxInFlightPerServer = maxInFlight,
            MaxWaitingPerServer = maxWaiting,
            KeyCoin = keyCoin,

            // These tests answer each request once; what is asked twice has tests of its own.
            ConfirmsVerdicts = false,
        },
        timeProvider,
        logger);

    /// <summary>Waits for the next request.</summary>
    public async Task<ReceivedRequest> ReceiveAsync()
    {
        var buffer = new byte[8192];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, _socket.LocalEndPoint!, patience.Token);
            return new ReceivedRequest(buffer[..result.ReceivedBytes], (IPEndPoint)result.RemoteEndPoint);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("Waited in vain for a request to arrive.");
        }
    }

    /// <summary>Waits for the next request that is not a repeat of an earlier one.</summary>
    public async Task<ReceivedRequest> ReceiveAfterAsync(ReceivedRequest earlier)
    {
        ReceivedRequest request;
        do
        {
            request = await ReceiveAsync();
        }
        while (request.Bytes.AsSpan().SequenceEqual(earlier.Bytes));
        return request;
    }

    /// <summary>Whether a request has arrived that nobody took yet.</summary>
    public bool HasRequest => _socket.Available > 0;

    public void Send(ReceivedRequest to, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, to.Sender);

    /// <summary>Answers as a real server would.</summary>
    public void Answer(ReceivedRequest request, ResponseStatus status, ReadOnlySpan<byte> body = default) =>
        Send(request, request.CreateAnswer(status, body));

    public void Dispose() => _socket.Dispose();
}
