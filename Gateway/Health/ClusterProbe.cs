using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Health;

/// <summary>
/// Checks whether the cluster and its storage respond. Logs changes only, since orchestrators ask every few seconds.
/// </summary>
internal sealed partial class ClusterProbe(TaskGrains tasks, ILogger<ClusterProbe> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private bool _isNotReady;

    /// <summary>
    /// Reads a task that cannot exist, which passes through directory, activation and storage like every read, and lets storage be written to.
    /// </summary>
    public async Task<bool> RespondsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(tasks.Get(Guid.Empty).Read(), tasks.GetSingle<IStorageProbeGrain>().Check()).WaitAsync(Timeout, cancellationToken);
            if (Interlocked.Exchange(ref _isNotReady, false))
            {
                LogReady();
            }

            return true;
        }
        catch (Exception exception) when (exception is ApiException || TaskGrains.MeansUnavailable(exception, cancellationToken))
        {
            if (!Interlocked.Exchange(ref _isNotReady, true))
            {
                LogNotReady(exception.GetType().Name, exception.Message);
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the cluster or its storage does not respond ({Exception}: {Reason}).")]
    private partial void LogNotReady(string exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: the cluster and its storage respond.")]
    private partial void LogReady();
}
