using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>A socket on loopback in place of a server, which replies as a test wants.</summary>
internal sealed class UdpPeer : IDisposable
{
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

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>A client whose servers are all this peer; tests ask one of them.</summary>
    public RaidaClient CreateClient(
        TimeProvider? timeProvider = null,
        TimeSpan? timeout = null,
        int maxInFlight = 64,
        KeyCoin? keyCoin = null,
        bool confirmsVerdicts = false,
        int failuresUntilDown = int.MaxValue,
        ILogger<RaidaClient>? logger = null) =>
        CreateClient(Port, timeProvider, timeout, maxInFlight, keyCoin, confirmsVerdicts, failuresUntilDown, logger);

    /// <param name="port">The port of every RAIDA.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="timeout">Of echoes and detects; by default long enough for any reply of a test.</param>
    /// <param name="maxInFlight">To one server.</param>
    /// <param name="keyCoin">None by default.</param>
    /// <param name="confirmsVerdicts">By default a verdict counts at once, so that a test replies to each request only once.</param>
    /// <param name="failuresUntilDown">By default no server ever goes down.</param>
    /// <param name="logger">None by default.</param>
    public static RaidaClient CreateClient(
        int port,
        TimeProvider? timeProvider = null,
        TimeSpan? timeout = null,
        int maxInFlight = 64,
        KeyCoin? keyCoin = null,
        bool confirmsVerdicts = false,
        int failuresUntilDown = int.MaxValue,
        ILogger<RaidaClient>? logger = null) => new(
        new RaidaClientOptions
        {
            Servers = [.. Enumerable.Repeat(new RaidaServer("127.0.0.1", port), RaidaNetwork.NodeCount)],
            EchoTimeout = timeout ?? Eventually.DefaultTimeout,
            DetectTimeout = timeout ?? Eventually.DefaultTimeout,
            MaxInFlightPerServer = maxInFlight,
            KeyCoin = keyCoin,
            ConfirmsVerdicts = confirmsVerdicts,
            FailuresUntilDown = failuresUntilDown,
        },
        timeProvider,
        logger);

    /// <summary>Waits for the next request.</summary>
    public async Task<ReceivedRequest> ReceiveAsync()
    {
        var buffer = new byte[8192];
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Eventually.DefaultTimeout);
        try
        {
            var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, _socket.LocalEndPoint!, timeout.Token);
            return new ReceivedRequest(buffer[..result.ReceivedBytes], (IPEndPoint)result.RemoteEndPoint);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("Timed out waiting for a request.");
        }
    }

    /// <summary>Waits for the next request that is not a retransmission of an earlier one.</summary>
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

    /// <summary>Replies to every request until cancellation.</summary>
    public async Task ServeAsync(Action<ReceivedRequest> reply, CancellationToken stopping)
    {
        var buffer = new byte[8192];
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, _socket.LocalEndPoint!, stopping);
                reply(new ReceivedRequest(buffer[..result.ReceivedBytes], (IPEndPoint)result.RemoteEndPoint));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Whether a request has arrived that was not received yet.</summary>
    public bool HasRequest => _socket.Available > 0;

    public void Send(ReceivedRequest to, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, to.Sender);

    /// <summary>Replies as a real server would.</summary>
    public void Answer(ReceivedRequest request, ResponseStatus status, ReadOnlySpan<byte> body = default) =>
        Send(request, request.CreateAnswer(status, body));

    public void Dispose() => _socket.Dispose();
}
