using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;
using Orleans.Services;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Reports what one silo has observed of the servers. Every silo has one.</summary>
[Alias("OrleansTasks.INodeReports")]
internal interface ISiloReportService : IGrainService
{
    /// <summary>Returns 25 reports, RAIDA 0 first.</summary>
    [Alias("Read")]
    Task<NodeReport[]> Read();
}

/// <summary>
/// Asks this silo's node grains. Calls to them stay on the silo where they are made, so another silo's view needs a caller there: a grain
/// service can be addressed on a silo, and an ordinary grain cannot.
/// </summary>
internal sealed class SiloReportService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, NodeGrains nodes)
    : GrainService(id, silo, loggers), ISiloReportService
{
    public Task<NodeReport[]> Read() => Task.WhenAll(
        Enumerable.Range(0, RaidaNetwork.NodeCount).Select(raida => nodes[raida].GetReport()));
}

/// <summary>Reaches the <see cref="ISiloReportService"/> of any silo.</summary>
internal sealed class SiloReportClient(IServiceProvider services) : GrainServiceClient<ISiloReportService>(services)
{
    public ISiloReportService Get(SiloAddress silo) => GetGrainService(silo);
}
