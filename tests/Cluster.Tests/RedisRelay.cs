using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Cluster.Tests;

/// <summary>The network between one silo and Redis, which can be cut.</summary>
internal sealed class RedisRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cut = new();
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly ConcurrentBag<Task> _directions = [];
    private readonly int _redisPort;
    private readonly Task _accepting;

    public RedisRelay(int redisPort)
    {
        _redisPort = redisPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Relays nothing from now on.</summary>
    /// <param name="isSilent">Whether connections stay open and new ones are accepted, as behind a firewall; otherwise they are refused.</param>
    public async Task CutAsync(bool isSilent)
    {
        await _cut.CancelAsync();
        if (!isSilent)
        {
            _listener.Stop();
            CloseConnections();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync(isSilent: false);
        await _accepting;
        CloseConnections();
        await Task.WhenAll(_directions);
        _cut.Dispose();
    }

    private void CloseConnections()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(CancellationToken.None);
                _connections.Add(client);
                if (!_cut.IsCancellationRequested)
                {
                    var server = new TcpClient();
                    _connections.Add(server);
                    await server.ConnectAsync(IPAddress.Loopback, _redisPort, CancellationToken.None);
                    _directions.Add(CopyAsync(client, server));
                    _directions.Add(CopyAsync(server, client));
                }
            }
        }
        catch (SocketException)
        {
            // The listener was stopped.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), _cut.Token);
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection was closed, or the network is cut.
        }
    }
}
