using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo;

/// <summary>
/// Waits for running tasks before anything stops: until then, HTTP and the silo answer reads. Starts are rejected, or move to another silo.
/// </summary>
internal sealed partial class ShutdownDrain(
    TaskAdmission running,
    IOptions<TaskOptions> options,
    IOptions<HostOptions> host,
    ILogger<ShutdownDrain> logger) : IHostedLifecycleService
{
    /// <summary>The time to stop the process after the drain.</summary>
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(30);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Not in a Configure call: it would run before validation, and only the first invalid setting would be reported.
        host.Value.ShutdownTimeout = options.Value.StopGrace + HostTimeout;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await running.CloseAsync().WaitAsync(options.Value.StopGrace, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            LogStillRunning(options.Value.StopGrace);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Some tasks are still running after {Grace}; they are resumed on another silo or at the next start.")]
    private partial void LogStillRunning(TimeSpan grace);
}
