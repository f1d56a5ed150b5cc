using Orleans.Configuration;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// How soon a silo that is gone is known to be: section <c>Cluster</c> of the configuration. With the defaults a killed silo is declared
/// dead after 2 to 3 s, Orleans' own need 10 to 14.
/// </summary>
internal sealed class MembershipSettings
{
    public const string Section = "Cluster";

    private static readonly TimeSpan IAmAlivePeriod = TimeSpan.FromSeconds(5);

    /// <summary>How often silos probe each other, and how long a probe may take; 1 s by default, 100 ms to 1 minute.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many probes in a row must fail; 2 by default, 1 to 100.</summary>
    public int MissedProbes { get; init; } = 2;

    /// <summary>How many silos must say so; 1 by default, 1 to 10. Two make a false verdict rarer and need a third silo.</summary>
    public int DeathVotes { get; init; } = 1;

    /// <summary>
    /// Whether a silo that suspects another one asks a third to probe it too; false by default. With three silos the third has often just
    /// begun and is not believed, and a dead silo stays in the cluster for ten seconds and more.
    /// </summary>
    public bool IndirectProbes { get; init; }

    /// <summary>How long a silo may rely on a look at the membership: three quarters of the time after which it may be declared dead.</summary>
    public TimeSpan LeaseLength => ProbeTimeout * MissedProbes * 0.75;

    public void ApplyTo(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = ProbeTimeout;

        // A silo that was heard of within this time as often as probes may be missed is not declared dead. Orleans would make it four times
        // as long, so that one that was stopped, its connections open, would cost callers 10 s.
        membership.MaxProbeTimeout = ProbeTimeout;
        membership.NumMissedProbesLimit = MissedProbes;
        membership.NumVotesForDeathDeclaration = DeathVotes;
        membership.EnableIndirectProbes = IndirectProbes;

        // A silo that starts waits for all that are said to be active, unless they have not shown themselves for three of these: where the
        // whole cluster was killed, the new one must not wait long for the old.
        membership.IAmAliveTablePublishTimeout = IAmAlivePeriod;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
    }
}
