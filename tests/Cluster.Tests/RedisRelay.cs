using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Cluster.Tests;

/// <summary>The network between one silo and Redis, which can be cut and restored.</summary>
internal sealed class RedisRelay : IAsyncDisposable
{
    private readonly int _redisPort;

    /// <summary>Faults of a silo may overlap.</summary>
    private readonly SemaphoreSlim _change = new(1);
    private Period _period;

    public RedisRelay(int redisPort)
    {
        _redisPort = redisPort;
        _period = new Period(Port, redisPort);
    }

    public int Port { get; } = FreePort.Get();

    /// <summary>Relays nothing from now on.</summary>
    /// <param name="isSilent">Whether connections stay open and new ones are accepted, as behind a firewall; otherwise they are refused.</param>
    public async Task CutAsync(bool isSilent)
    {
        await _change.WaitAsync();
        try
        {
            await _period.CutAsync(isSilent);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Relays new connections from now on.</summary>
    public async Task RestoreAsync()
    {
        await _change.WaitAsync();
        try
        {
            await _period.DisposeAsync();
            _period = new Period(Port, _redisPort);
        }
        finally
        {
            _change.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _period.DisposeAsync();
        _change.Dispose();
    }

    /// <summary>The time until a cut.</summary>
    private sealed class Period : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly CancellationTokenSource _cut = new();
        private readonly ConcurrentBag<TcpClient> _connections = [];
        private readonly ConcurrentBag<Task> _directions = [];
        private readonly int _redisPort;
        private readonly Task _accepting;

        public Period(int port, int redisPort)
        {
            _redisPort = redisPort;
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Start();
            _accepting = AcceptAsync();
        }

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
                        await ConnectAsync(client);
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                // The listener was stopped.
            }
        }

        private async Task ConnectAsync(TcpClient client)
        {
            var server = new TcpClient();
            _connections.Add(server);
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _redisPort, CancellationToken.None);
                _directions.Add(CopyAsync(client, server));
                _directions.Add(CopyAsync(server, client));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Redis does not run, or the network was cut.
                client.Dispose();
            }
        }

        private async Task CopyAsync(TcpClient from, TcpClient to)
        {
            try
            {
                await from.GetStream().CopyToAsync(to.GetStream(), _cut.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
            {
                // The connection was closed, or the network is cut.
            }

            if (!_cut.IsCancellationRequested)
            {
                from.Dispose();
                to.Dispose();
            }
        }
    }
}
