using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Raida.Client;

/// <summary>Resolves a server's name and makes a socket connected to it, one attempt at a time.</summary>
internal sealed partial class UdpConnector(int raida, RaidaServer server, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    /// <summary>How soon after a failure it is tried again; until then requests fail at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private readonly SemaphoreSlim _turn = new(1);
    private long? _failedAt;

    /// <summary>Makes a socket.</summary>
    /// <param name="deadline">How long resolving may take.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>Null when the name does not resolve or the network has no way there.</returns>
    public async Task<Socket?> ConnectAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                return IsPausing() ? null : await TryConnectAsync(either.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fail("the name was not resolved in time");
            return null;
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool IsPausing() => _failedAt is { } failedAt && timeProvider.GetElapsedTime(failedAt) < Pause;

    private async Task<Socket?> TryConnectAsync(CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(server.Host, cancellationToken).ConfigureAwait(false);
            var endPoint = new IPEndPoint(addresses[0], server.Port);

            // Not blocking: a full send buffer is reported instead of waited for.
            socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            _failedAt = null;
            return socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            Fail(exception.Message);
            return null;
        }
    }

    private void Fail(string reason)
    {
        _failedAt = timeProvider.GetTimestamp();
        LogNotConnected(raida, server, reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "RAIDA {Raida} at {Server} cannot be reached: {Reason}")]
    private partial void LogNotConnected(int raida, RaidaServer server, string reason);
}
