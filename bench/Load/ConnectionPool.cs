using System.Collections.Concurrent;
using Bench.Http;

namespace Bench.Load;

/// <summary>A pool that opens another connection when all are in use.</summary>
internal sealed class ConnectionPool(int port) : IDisposable
{
    private readonly ConcurrentBag<HttpConnection> _idle = [];

    public async Task<HttpConnection> TakeAsync() => _idle.TryTake(out var connection) ? connection : await HttpConnection.OpenAsync(port);

    public void Return(HttpConnection connection) => _idle.Add(connection);

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }
}
