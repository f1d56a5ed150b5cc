using OrleansTasks.Gateway.Cluster;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// Asks every Redis of the settings whether it serves, before the silo starts: Orleans would write pages about one that does not.
/// </summary>
internal sealed class RedisAtStart(IReadOnlyList<RedisSetting> settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(settings.Select(setting => setting.CheckAsync(cancellationToken)));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
