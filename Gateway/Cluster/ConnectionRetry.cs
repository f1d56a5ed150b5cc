namespace OrleansTasks.Gateway.Cluster;

/// <summary>Keeps looking for a silo, and logs that periodically: silos may start after their gateways.</summary>
internal sealed partial class ConnectionRetry(ILogger<ConnectionRetry> logger) : IClientConnectionRetryFilter
{
    private const int AttemptsPerMessage = 10;

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_attempts++ % AttemptsPerMessage == 0)
        {
            LogNoSilo(_attempts, exception.Message);
        }

        await Task.Delay(Delay, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo can be reached (attempt {Attempt}: {Reason}). Retrying every second.")]
    private partial void LogNoSilo(int attempt, string reason);
}
