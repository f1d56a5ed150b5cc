using Orleans.Services;

namespace OrleansTasks.Grains.Nodes;

/// <summary>One of these is on every silo, and tells what that silo has seen of the servers.</summary>
[Alias("OrleansTasks.INodeReports")]
internal interface INodeReports : IGrainService
{
    /// <summary>Asks the silo's own node grains.</summary>
    /// <returns>25 reports, RAIDA 0 first.</returns>
    [Alias("Read")]
    Task<NodeReport[]> Read();
}
