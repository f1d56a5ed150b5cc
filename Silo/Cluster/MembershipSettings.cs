using Orleans.Configuration;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// How soon a silo that is gone is known to be: section <c>Cluster</c> of the configuration. With the defaults a killed silo is declared
/// dead after 2 to 3 s, Orleans' own need 10 to 14.
/// </summary>
internal sealed class MembershipSettings
{
    public const string Section = "Cluster";

    /// <summary>How often silos probe each other, and how long a probe may take; 1 s by default, 100 ms to 1 minute.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many probes in a row must fail; 2 by default, 1 to 100.</summary>
    public int MissedProbes { get; init; } = 2;

    /// <summary>How many silos must say so; 1 by default, 1 to 10. Two make a false verdict rarer and need a third silo.</summary>
    public int DeathVotes { get; init; } = 1;

    public void ApplyTo(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = ProbeTimeout;
        membership.NumMissedProbesLimit = MissedProbes;
        membership.NumVotesForDeathDeclaration = DeathVotes;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
    }
}
