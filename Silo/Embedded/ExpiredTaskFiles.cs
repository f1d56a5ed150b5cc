using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>
/// Gives back the space of tasks that have expired: the file storage keeps what nobody clears. Readers do not see them any more by
/// then.
/// </summary>
internal sealed partial class ExpiredTaskFiles(
    DataDirectory directory,
    IOptions<TaskOptions> options,
    TimeProvider timeProvider,
    ILogger<ExpiredTaskFiles> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Tasks that were running when the last process ended, however long ago that was, have until then to be stored with their end.
        await Task.Delay(options.Value.Deadline + TaskOptions.ExpiryMargin, timeProvider, stoppingToken);
        using var timer = new PeriodicTimer(Period, timeProvider);
        do
        {
            try
            {
                DeleteExpired(stoppingToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogNotDeleted(directory.Tasks, exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void DeleteExpired(CancellationToken cancellationToken)
    {
        var before = timeProvider.GetUtcNow().UtcDateTime - options.Value.GetStorageLife();
        foreach (var file in new DirectoryInfo(directory.Tasks).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before)
            {
                file.Delete();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired tasks below {Directory} cannot be deleted now: {Reason}")]
    private partial void LogNotDeleted(string directory, string reason);
}
