using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// How soon a dead silo is detected: section <c>Cluster</c> of the configuration. With these defaults a killed silo is declared dead after 2 to
/// 3 s; with those of Orleans, after 10 to 14 s.
/// </summary>
internal sealed class MembershipOptions
{
    public const string Section = "Cluster";

    private static readonly TimeSpan IAmAlivePeriod = TimeSpan.FromSeconds(5);

    /// <summary>How often silos probe each other, and how long a probe may take; 1 s by default, 100 ms to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many probes in a row must fail; 2 by default, 1 to 100.</summary>
    [Range(1, 100)]
    public int MissedProbes { get; set; } = 2;

    /// <summary>How long a silo may rely on a membership read: three quarters of the time after which it may be declared dead.</summary>
    public TimeSpan GetLeaseLength() => ProbeTimeout * MissedProbes * 0.75;

    public void ApplyTo(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = ProbeTimeout;

        // Orleans' default is four times as long: a suspended silo, whose connections stay open, would cost callers 10 s.
        membership.MaxProbeTimeout = ProbeTimeout;
        membership.NumMissedProbesLimit = MissedProbes;

        // Two votes would need a third silo that is up.
        membership.NumVotesForDeathDeclaration = 1;

        // With three silos the third has often just started and is not trusted, which kept a dead silo in the cluster for more than 10 s.
        membership.EnableIndirectProbes = false;

        // A starting silo waits for all active ones unless they have missed three of these: after the whole cluster was killed, the first new silo
        // must not wait long for the old ones.
        membership.IAmAliveTablePublishTimeout = IAmAlivePeriod;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
    }
}

[OptionsValidator]
internal sealed partial class MembershipOptionsValidator : IValidateOptions<MembershipOptions>;
