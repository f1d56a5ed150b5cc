namespace OrleansTasks.Gateway.Cluster;

/// <summary>Goes on looking for a silo until there is one, and says so now and then: silos may start after their gateways.</summary>
internal sealed partial class ConnectionRetry(ILogger<ConnectionRetry> logger) : IClientConnectionRetryFilter
{
    private const int AttemptsPerMessage = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;
    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_attempts++ % AttemptsPerMessage == 0)
        {
            LogNoSilo(_attempts, exception.Message);
        }

        await Task.Delay(Pause, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo can be reached (attempt {Attempt}: {Reason}); trying again every second.")]
    private partial void LogNoSilo(int attempt, string reason);
}
