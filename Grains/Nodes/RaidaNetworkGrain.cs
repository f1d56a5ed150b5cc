using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Asks all silos at once; one that does not answer in time is left out.</summary>
[StatelessWorker(1), Reentrant]
internal sealed partial class RaidaNetworkGrain(
    NodeReportsClient reports,
    ISiloStatusOracle silos,
    TimeProvider timeProvider,
    ILogger<RaidaNetworkGrain> logger) : Grain, IRaidaNetworkGrain
{
    /// <summary>Less than the gateway's patience with a call, 2.5 s: a silo that died just now must not cost the whole answer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;

    public async Task<NetworkReport> Read()
    {
        var views = await Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(AskAsync));
        NodeReport[][] answered = [.. views.OfType<NodeReport[]>()];
        return answered.Length > 0
            ? NetworkReports.Merge(answered, views.Length - answered.Length)
            : throw new OrleansException($"None of {views.Length} silos told what it has seen of the RAIDA servers.");
    }

    private async Task<NodeReport[]?> AskAsync(SiloAddress silo)
    {
        try
        {
            return await reports.Get(silo).Read().WaitAsync(Deadline, timeProvider);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            LogSilent(silo, exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} does not tell what it has seen of the RAIDA servers: {Reason}")]
    private partial void LogSilent(SiloAddress silo, string reason);
}
