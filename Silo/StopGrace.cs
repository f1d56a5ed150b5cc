using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo;

/// <summary>
/// Between the end of the HTTP interface and that of the silo: lets the tasks that run come to their end. Hosted services stop in
/// the reverse order of their registration, so this one is registered after the silo.
/// </summary>
internal sealed partial class StopGrace(RunningTasks running, IOptions<TaskOptions> options, ILogger<StopGrace> logger) : IHostedService
{
    private readonly ILogger _logger = logger;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
