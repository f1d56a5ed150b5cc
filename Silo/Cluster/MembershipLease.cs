using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// Whether this silo may still serve its tasks. A silo that was suspended or starved for some seconds may have been declared dead meanwhile:
/// until it notices, it would return the old state of tasks that other silos have resumed. So it reads the
/// membership periodically. A read renews the lease for three quarters of the time after which an unresponsive silo may be declared dead.
/// </summary>
internal sealed partial class MembershipLease(
    IServiceProvider services,
    ISiloStatusOracle status,
    IOptions<MembershipOptions> settings,
    ILogger<MembershipLease> logger) : BackgroundService
{
    private readonly TimeSpan _length = settings.Value.GetLeaseLength();
    private long _renewedAt = Stopwatch.GetTimestamp();

    /// <summary>Whether the silo was a member within the lease's length.</summary>
    public bool IsHeld => Stopwatch.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _length;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not through the constructor, which would be a circular dependency.
        var membership = services.GetRequiredService<IClusterMembershipService>();
        using var timer = new PeriodicTimer(_length / 3);
        var isFailing = false;
        try
        {
            do
            {
                // The reply may be as old as the request.
                var askedAt = Stopwatch.GetTimestamp();
                try
                {
                    // A joining silo has no tasks, and cannot read its membership yet. One that finds itself declared dead terminates in here.
                    if (status.CurrentStatus >= SiloStatus.Active)
                    {
                        await membership.Refresh(cancellationToken: stoppingToken);
                    }

                    Volatile.Write(ref _renewedAt, askedAt);
                    isFailing = false;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // Orleans logs the details; this line is about the consequence.
                    if (!isFailing)
                    {
                        LogNotRenewed(exception.Message);
                    }

                    isFailing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot read the cluster's membership; this silo rejects task calls once its lease expires: {Reason}")]
    private partial void LogNotRenewed(string reason);
}
