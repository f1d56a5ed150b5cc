using System.Net;
using System.Net.Sockets;
using Raida.Protocol;

namespace Raida.Tests.Support;

/// <summary>A UDP and a TCP socket on the same port of loopback, which reply as a test wants.</summary>
internal sealed class TcpPeer : IDisposable
{
    private readonly Socket _listener;

    public TcpPeer()
    {
        (Udp, _listener) = Bind();
        _listener.Listen();
    }

    public UdpPeer Udp { get; }

    public int Port => Udp.Port;

    /// <summary>A client whose servers are all this peer.</summary>
    public RaidaClient CreateClient(
        TimeProvider? timeProvider = null,
        TimeSpan? timeout = null,
        KeyCoin? keyCoin = null,
        bool confirmsVerdicts = false) =>
        Udp.CreateClient(timeProvider, timeout, keyCoin: keyCoin, confirmsVerdicts: confirmsVerdicts);

    /// <summary>Waits for the next connection and its request.</summary>
    public async Task<TcpRequest> ReceiveAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Eventually.DefaultTimeout);
        try
        {
            var connection = await _listener.AcceptAsync(timeout.Token);
            var header = await ReadAsync(connection, RequestHeader.Length, timeout.Token);
            var body = await ReadAsync(connection, RequestHeader.Read(header).BodyLength, timeout.Token);
            return new TcpRequest(connection, new ReceivedRequest([.. header, .. body], (IPEndPoint)connection.RemoteEndPoint!));
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("Timed out waiting for a request over TCP.");
        }
    }

    /// <summary>Whether a connection is open that was not accepted yet.</summary>
    public bool HasConnection => _listener.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public void Dispose()
    {
        _listener.Dispose();
        Udp.Dispose();
    }

    private static (UdpPeer Udp, Socket Listener) Bind()
    {
        while (true)
        {
            // TCP first: a port that the OS assigns is not bound, but one chosen by number can be another test's, which does not listen yet.
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                return (new UdpPeer(((IPEndPoint)listener.LocalEndPoint!).Port), listener);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The UDP port of this number is in use: try another one.
                listener.Dispose();
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Socket connection, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var received = await connection.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None, cancellationToken);
            Assert.NotEqual(0, received);
            read += received;
        }

        return bytes;
    }
}
