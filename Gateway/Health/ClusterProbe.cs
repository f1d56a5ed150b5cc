using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Health;

/// <summary>Finds out whether the cluster and its storage answer.</summary>
internal sealed partial class ClusterProbe(TaskGrains tasks, ILogger<ClusterProbe> logger)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;

    /// <summary>Reads a task that cannot exist: that takes the way of every read, through directory, activation and storage.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tasks.Get(Guid.Empty).Read().WaitAsync(Deadline, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or ApiException)
        {
            LogNotReady(exception.GetType().Name, exception.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the cluster does not answer ({Exception}: {Reason})")]
    private partial void LogNotReady(string exception, string reason);
}
