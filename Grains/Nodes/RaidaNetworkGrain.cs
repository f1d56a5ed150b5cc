using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Asks all silos in parallel, and leaves out those that do not respond in time.</summary>
[StatelessWorker(1), Reentrant]
internal sealed partial class RaidaNetworkGrain(
    SiloReportClient reports,
    ISiloStatusOracle silos,
    TimeProvider timeProvider,
    ILogger<RaidaNetworkGrain> logger) : Grain, IRaidaNetworkGrain
{
    /// <summary>Less than the gateway's call timeout, 2.5 s: a silo that just died must not cost the whole report.</summary>
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(2);

    public async Task<NetworkReport> Read()
    {
        var views = await Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(AskAsync));
        NodeReport[][] answered = [.. views.OfType<NodeReport[]>()];
        return answered.Length > 0
            ? NetworkReportMerger.Merge(answered, views.Length - answered.Length)
            : throw new OrleansException($"None of {views.Length} silos reported on the RAIDA servers.");
    }

    private async Task<NodeReport[]?> AskAsync(SiloAddress silo)
    {
        try
        {
            return await reports.Get(silo).Read().WaitAsync(ReportTimeout, timeProvider);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            LogNoReport(silo, exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} does not report on the RAIDA servers: {Reason}")]
    private partial void LogNoReport(SiloAddress silo, string reason);
}
