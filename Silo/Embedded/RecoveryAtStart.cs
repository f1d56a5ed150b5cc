using OrleansTasks.Grains.Recovery;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Takes up the tasks that ran when the last process ended, before the HTTP interface opens. The reminders that would do it in a
/// cluster are in memory here, and gone with that process.
/// </summary>
internal sealed class RecoveryAtStart(RunningTaskIndex index) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => index.ReviveAllAsync().WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
