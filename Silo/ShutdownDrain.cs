using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo;

/// <summary>
/// Between the end of the HTTP interface and that of the silo: lets the tasks that run come to their end. Hosted services stop in
/// the reverse order of their registration, so this one is registered after the silo.
/// </summary>
internal sealed partial class ShutdownDrain(
    TaskAdmission running,
    IOptions<TaskOptions> options,
    IOptions<HostOptions> host,
    ILogger<ShutdownDrain> logger) : IHostedService
{
    /// <summary>For the end of the process, behind that of its tasks.</summary>
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
        Message = "Some tasks still run after {Grace}; they are taken up elsewhere or at the next start.")]
    private partial void LogStillRunning(TimeSpan grace);
}
