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
    /// <summary>The time to stop the process after its tasks have ended.</summary>
    private static readonly TimeSpan HostsShare = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not where the host's options are made: that is before the settings are checked, and only the first wrong one would be named.
        host.Value.ShutdownTimeout = options.Value.StopGrace + HostsShare;
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
