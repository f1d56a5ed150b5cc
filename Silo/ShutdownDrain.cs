using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo;

/// <summary>
/// Waits for running tasks after the HTTP server has stopped and before the silo stops. Hosted services stop in reverse order of their
/// registration, so this one is registered after the silo.
/// </summary>
internal sealed partial class ShutdownDrain(
    TaskAdmission running,
    IOptions<TaskOptions> options,
    IOptions<HostOptions> host,
    ILogger<ShutdownDrain> logger) : IHostedService
{
    /// <summary>The time to stop the process after the drain.</summary>
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(30);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not in a Configure call: it would run before validation, and only the first invalid setting would be reported.
        host.Value.ShutdownTimeout = options.Value.StopGrace + HostTimeout;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
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

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Some tasks are still running after {Grace}; they are resumed on another silo or at the next start.")]
    private partial void LogStillRunning(TimeSpan grace);
}
