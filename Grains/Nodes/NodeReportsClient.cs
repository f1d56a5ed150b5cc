using Orleans.Runtime.Services;

namespace OrleansTasks.Grains.Nodes;

/// <summary>Reaches the <see cref="INodeReports"/> of any silo.</summary>
internal sealed class NodeReportsClient(IServiceProvider services) : GrainServiceClient<INodeReports>(services)
{
    /// <summary>That of one silo.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>Its service.</returns>
    public INodeReports Get(SiloAddress silo) => GetGrainService(silo);
}
