using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Ports that this process will listen on, though not yet. Orleans opens them late, and shares them with whoever else does: two processes
/// that start at once would each find them free. The claim to one is a UDP socket of the same number, which only one process can have.
/// </summary>
internal sealed class PortClaims : IHostedService, IDisposable
{
    private readonly List<Socket> _claims = [];

    /// <summary>Claims a port on loopback until this is disposed of or the process ends.</summary>
    /// <param name="port">The port.</param>
    /// <returns>False when a process listens there, or has claimed it.</returns>
    public bool TryClaim(int port)
    {
        var claim = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            claim.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            claim.Dispose();
            return false;
        }

        _claims.Add(claim);
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _claims.ForEach(static claim => claim.Dispose());
}
