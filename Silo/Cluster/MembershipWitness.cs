using Orleans.Runtime.Services;
using Orleans.Services;

namespace OrleansTasks.Silo.Cluster;

/// <summary>Declares a silo dead that cannot read the membership, if this one can. Every silo has one.</summary>
[Alias("OrleansTasks.IMembershipWitness")]
internal interface IMembershipWitness : IGrainService
{
    /// <summary>Declares a silo dead at its own request, unless this silo was without membership too in the meantime, or up to 20 s ago.</summary>
    /// <param name="silo">The silo that asks.</param>
    /// <param name="failingFor">How long it has been unable to read the membership.</param>
    /// <returns>Whether it was declared dead.</returns>
    [Alias("TryRemove")]
    Task<bool> TryRemove(SiloAddress silo, TimeSpan failingFor);
}

/// <summary>
/// Without it, a silo that only lost its connection to Redis would stay a member, as it answers the probes of its peers, and the grains on it that
/// others depend on would fail all their calls.
/// </summary>
internal sealed class MembershipWitness(
    GrainId id,
    Orleans.Runtime.Silo silo,
    ILoggerFactory loggers,
    MembershipLease lease,
    IClusterMembershipService membership) : GrainService(id, silo, loggers), IMembershipWitness
{
    public async Task<bool> TryRemove(SiloAddress silo, TimeSpan failingFor) =>
        lease.Outlasts(failingFor) && await membership.TryKill(silo);
}

/// <summary>Reaches the witnesses of the other silos.</summary>
internal sealed class MembershipWitnessClient(IServiceProvider services, ISiloStatusOracle silos)
    : GrainServiceClient<IMembershipWitness>(services)
{
    /// <summary>Asks all other silos in parallel to declare this one dead.</summary>
    public async Task<bool> TryRemoveThisSiloAsync(TimeSpan failingFor, TimeSpan timeout)
    {
        var others = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(silos.SiloAddress));
        return (await Task.WhenAll(others.Select(AskAsync))).Contains(true);

        async Task<bool> AskAsync(SiloAddress silo)
        {
            try
            {
                return await GetGrainService(silo).TryRemove(silos.SiloAddress, failingFor).WaitAsync(timeout);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                // It is cut off as well, or of a version without witnesses.
                return false;
            }
        }
    }
}
