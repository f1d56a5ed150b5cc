using System.Data.Common;
using Microsoft.Extensions.Options;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Embedded;

/// <summary>A storage from which expired tasks have to be deleted. Readers no longer see them by then.</summary>
internal interface IExpiringStorage
{
    /// <summary>Deletes the tasks that were last written before a time.</summary>
    Task DeleteExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Deletes expired tasks from the storage periodically.</summary>
internal sealed partial class ExpiredTasks(
    IExpiringStorage storage,
    IOptions<TaskOptions> options,
    TaskClock clock,
    TimeProvider timeProvider,
    ILogger<ExpiredTasks> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Tasks that the last process left running, even long ago, get this time to be stored with their end.
        await Task.Delay(options.Value.Deadline + TaskOptions.ExpiryMargin, timeProvider, stoppingToken);
        using var timer = new PeriodicTimer(Period, timeProvider);
        do
        {
            try
            {
                await storage.DeleteExpiredAsync(clock.TimeOfExpiry - options.Value.GetStorageLife(), stoppingToken);
            }
            catch (Exception exception) when (exception is DbException or OrleansException or TimeoutException)
            {
                LogNotDeleted(exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired tasks cannot be deleted now: {Reason}")]
    private partial void LogNotDeleted(string reason);
}
