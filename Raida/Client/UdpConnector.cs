using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Raida.Client;

/// <summary>Resolves a server's name and makes a socket connected to it. Used by one caller at a time.</summary>
internal sealed partial class UdpConnector(int raida, RaidaServer server, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How soon after a failure it is tried again; until then requests fail at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long resolving a name may take.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private long? _failedAt;

    /// <summary>Makes a socket.</summary>
    /// <param name="stopping">Ends the attempt.</param>
    /// <returns>Null when the name does not resolve or the network has no way there.</returns>
    public async Task<Socket?> ConnectAsync(CancellationToken stopping)
    {
        if (_failedAt is { } failedAt && timeProvider.GetElapsedTime(failedAt) < Pause)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            var endPoint = await ResolveAsync(either.Token).ConfigureAwait(false);

            // Not blocking: a full send buffer is reported instead of waited for.
            var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            try
            {
                // Connecting a datagram socket only names its peer: it does not wait.
                socket.Connect(endPoint);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            _failedAt = null;
            return socket;
        }
        catch (SocketException exception)
        {
            Fail(exception.Message);
            return null;
        }
        catch (OperationCanceledException)
        {
            Fail("its name was not resolved in time");
            return null;
        }
    }

    private async Task<IPEndPoint> ResolveAsync(CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(server.Host, cancellationToken).ConfigureAwait(false);

        // A datagram socket does not learn that nobody listens at one of several addresses. Servers are published with IPv4 ones.
        var address = addresses.FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork)
            ?? addresses.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
        return new IPEndPoint(address, server.Port);
    }

    private void Fail(string reason)
    {
        _failedAt = timeProvider.GetTimestamp();
        LogNotConnected(raida, server, reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "RAIDA {Raida} at {Server} cannot be reached: {Reason}")]
    private partial void LogNotConnected(int raida, RaidaServer server, string reason);
}
