using System.Net.Sockets;

namespace Raida.Relay.Connections;

/// <summary>A client's connection and the matching one to the server.</summary>
internal sealed class RelayedConnection(Socket client, RelayNode node, TimeProvider timeProvider)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Relays bytes in both directions until both sides have closed, or one of them resets the connection.</summary>
    /// <param name="stopping">Ends it immediately.</param>
    /// <returns>False if the server could not be reached, and the client was reset.</returns>
    public async Task<bool> RelayAsync(CancellationToken stopping)
    {
        using var server = new Socket(node.Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (!await TryConnectAsync(server, stopping).ConfigureAwait(false))
        {
            Reset(client);
            return false;
        }

        // The first direction that breaks ends the other one.
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var directions = await Task.WhenAll(
            CarryAsync(node.ToServer, client, server, broken),
            CarryAsync(node.Back, server, client, broken)).ConfigureAwait(false);
        if (!directions.All(hasEnded => hasEnded))
        {
            Reset(client);
            Reset(server);
        }

        return true;
    }

    /// <summary>Reads what the client sends without a reply, until the client closes the connection.</summary>
    /// <param name="stopping">Ends it immediately.</param>
    public async Task StallAsync(CancellationToken stopping)
    {
        var scratch = new byte[4096];
        try
        {
            while (await client.ReceiveAsync(scratch, SocketFlags.None, stopping).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The client reset the connection.
        }
    }

    private async Task<bool> TryConnectAsync(Socket server, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await server.ConnectAsync(node.Server, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> CarryAsync(RelayDirection direction, Socket source, Socket destination, CancellationTokenSource broken)
    {
        try
        {
            await new StreamPump(direction, timeProvider).RunAsync(source, destination, broken.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            await broken.CancelAsync().ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            // The other direction is broken, or the relay stops.
            return false;
        }
    }

    /// <summary>Closes a connection with a reset, so that the other side does not wait for data.</summary>
    private static void Reset(Socket socket) => socket.Close(0);
}
