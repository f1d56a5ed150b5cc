using OrleansTasks.Grains.Recovery;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Resumes the tasks that were running when the last process ended, before the HTTP interface opens. In a cluster, reminders do this;
/// here they are in memory, and were lost with that process.
/// </summary>
internal sealed class RecoveryAtStart(RunningTaskIndex index) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => index.ReviveAllAsync().WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
