using System.Diagnostics;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// Whether this silo may still serve its tasks. A silo that was suspended or starved for some seconds may have been declared dead meanwhile:
/// until it notices, it would return the old state of tasks that other silos have resumed. So it reads the
/// membership periodically. A read renews the lease for three quarters of the time after which an unresponsive silo may be declared dead. A silo that
/// alone is cut off from the membership, or that the membership has lost, ends its process, so that it is restarted.
/// </summary>
internal sealed partial class MembershipLease(
    IServiceProvider services,
    ISiloStatusOracle status,
    IOptions<MembershipOptions> settings,
    ILogger<MembershipLease> logger) : BackgroundService
{
    /// <summary>How much later than another silo one may reconnect after a failure of Redis: clients back off for up to 10 s.</summary>
    private static readonly TimeSpan ReconnectTime = TimeSpan.FromSeconds(20);

    private readonly TimeSpan _length = settings.Value.GetLeaseLength();
    private long _heldSince = Stopwatch.GetTimestamp();
    private long _renewedAt = Stopwatch.GetTimestamp();

    /// <summary>Whether the silo was a member within the lease's length.</summary>
    public bool IsHeld => Stopwatch.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _length;

    /// <summary>
    /// Whether this lease has been held for longer than another silo has failed. Capped, because a silo that regains Redis later than this one
    /// would otherwise never be removed.
    /// </summary>
    public bool Outlasts(TimeSpan failingFor) =>
        IsHeld && Stopwatch.GetElapsedTime(Volatile.Read(ref _heldSince)) > (failingFor < ReconnectTime ? failingFor : ReconnectTime);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_length / 3);
        long? failingSince = null;
        try
        {
            do
            {
                // The reply may be as old as the request.
                var askedAt = Stopwatch.GetTimestamp();
                try
                {
                    await ReadMembershipAsync(stoppingToken).WaitAsync(_length, stoppingToken);
                    if (!IsHeld)
                    {
                        Volatile.Write(ref _heldSince, askedAt);
                    }

                    Volatile.Write(ref _renewedAt, askedAt);
                    failingSince = null;
                    continue;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // Orleans logs the details; this line is about the consequence.
                    if (failingSince is null)
                    {
                        LogNotRenewed(exception.Message);
                    }

                    failingSince ??= askedAt;
                }

                // Two lengths: if Redis fails for all silos, their leases have expired by then.
                var failingFor = Stopwatch.GetElapsedTime(failingSince.Value);
                if (failingFor > 2 * _length
                    && await services.GetRequiredService<MembershipWitnessClient>().TryRemoveThisSiloAsync(failingFor, _length))
                {
                    LogCutOff(failingFor.TotalSeconds);
                    EndProcess();
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task ReadMembershipAsync(CancellationToken stoppingToken)
    {
        // A joining silo has no tasks, and cannot read its membership yet.
        if (status.CurrentStatus < SiloStatus.Active)
        {
            return;
        }

        if (!await IsListedAsync(stoppingToken))
        {
            LogLost();
            EndProcess();
        }

        // A silo that finds itself declared dead terminates in here. Not through the constructor, which would be a circular dependency.
        await services.GetRequiredService<IClusterMembershipService>().Refresh(cancellationToken: stoppingToken);
    }

    /// <summary>False after FLUSHALL, or a failover to an empty replica. Orleans would try to update the missing entry for ever.</summary>
    private async Task<bool> IsListedAsync(CancellationToken stoppingToken)
    {
        try
        {
            var row = await services.GetRequiredService<IMembershipTable>().ReadRowAsync(status.SiloAddress, stoppingToken);
            return row.Members.Count > 0;
        }
        catch (RedisClusteringException)
        {
            // The table itself is missing.
            return false;
        }
    }

    /// <summary>Not a shutdown, which needs the membership and would try for a long time to reach it.</summary>
    private void EndProcess()
    {
        // The console writes in the background: without this, the reason could be lost.
        services.GetRequiredService<ILoggerFactory>().Dispose();
        Environment.Exit(1);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot read the cluster's membership; this silo rejects task calls once its lease expires: {Reason}")]
    private partial void LogNotRenewed(string reason);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "This silo has been unable to read the cluster's membership for {Seconds:0.0} s, and another silo is not. Ending the process.")]
    private partial void LogCutOff(double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The cluster's membership no longer contains this silo. Ending the process.")]
    private partial void LogLost();
}
