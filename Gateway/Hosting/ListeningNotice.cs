using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>
/// Says on the console where a gateway listens as soon as it does, and once more when it has met a silo. It stands before the web server,
/// since the host tells nobody of the first, and counts as started only with the second.
/// </summary>
internal sealed class ListeningNotice(IServer server, IHostApplicationLifetime lifetime) : IServer
{
    public IFeatureCollection Features => server.Features;

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        await server.StartAsync(application, cancellationToken);
        var address = ServedAddress.Get(server);
        await Console.Out.WriteLineAsync($"Listening on {address} and waiting for a silo");
        lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine($"A silo is found: OrleansTasks is ready on {address}"));
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
