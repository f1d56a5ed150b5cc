using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Health;

/// <summary>
/// Checks whether the cluster and its storage respond. Logs changes only, since orchestrators ask every few seconds.
/// </summary>
internal sealed partial class ClusterProbe(TaskGrains tasks, TimeProvider time, ILogger<ClusterProbe> logger)
{
    /// <summary>The minimum time between two "not ready" messages while the state flaps.</summary>
    private static readonly TimeSpan MinLogInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private bool _isLoggedNotReady;
    private long? _loggedAt;

    /// <summary>Reads a task that cannot exist, which passes through directory, activation and storage like every read.</summary>
    public async Task<bool> RespondsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tasks.Get(Guid.Empty).Read().WaitAsync(Timeout, cancellationToken);
            OnReady();
            return true;
        }
        catch (Exception exception) when (exception is ApiException || TaskGrains.MeansUnavailable(exception, cancellationToken))
        {
            OnNotReady(exception);
            return false;
        }
    }

    private void OnReady()
    {
        lock (_lock)
        {
            if (_isLoggedNotReady)
            {
                _isLoggedNotReady = false;
                LogReady();
            }
        }
    }

    private void OnNotReady(Exception exception)
    {
        lock (_lock)
        {
            if (!_isLoggedNotReady && (_loggedAt is not { } loggedAt || time.GetElapsedTime(loggedAt) >= MinLogInterval))
            {
                _isLoggedNotReady = true;
                _loggedAt = time.GetTimestamp();
                LogNotReady(exception.GetType().Name, exception.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the cluster does not respond ({Exception}: {Reason}).")]
    private partial void LogNotReady(string exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: the cluster responds.")]
    private partial void LogReady();
}
