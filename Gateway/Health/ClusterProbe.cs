using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Health;

/// <summary>
/// Finds out whether the cluster and its storage answer. The log is told of changes alone: whoever asks, asks every few seconds.
/// </summary>
internal sealed partial class ClusterProbe(TaskGrains tasks, TimeProvider time, ILogger<ClusterProbe> logger)
{
    /// <summary>The least time between two messages that say "not ready", where it comes and goes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private bool _isSaidNotReady;
    private long? _saidAt;

    /// <summary>Reads a task that cannot exist: that takes the way of every read, through directory, activation and storage.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tasks.Get(Guid.Empty).Read().WaitAsync(Deadline, cancellationToken);
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
            if (_isSaidNotReady)
            {
                _isSaidNotReady = false;
                LogReady();
            }
        }
    }

    private void OnNotReady(Exception exception)
    {
        lock (_lock)
        {
            if (!_isSaidNotReady && (_saidAt is not { } saidAt || time.GetElapsedTime(saidAt) >= Pause))
            {
                _isSaidNotReady = true;
                _saidAt = time.GetTimestamp();
                LogNotReady(exception.GetType().Name, exception.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: the cluster does not answer ({Exception}: {Reason})")]
    private partial void LogNotReady(string exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: the cluster answers.")]
    private partial void LogReady();
}
