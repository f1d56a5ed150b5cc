using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Silo.Cluster;

/// <summary>
/// Tells whether this silo may still speak for its tasks. A silo that was stopped or starved for some seconds, and that the others
/// declared dead meanwhile, does not know so when it goes on: for a moment it would answer with what its tasks were then, while others
/// have taken them up. So it looks at the membership again and again, and holds its word back when it has not been able to for longer than
/// a silo can be silent without being declared dead.
/// </summary>
internal sealed partial class MembershipLease(
    IServiceProvider services,
    ISiloStatusOracle status,
    IOptions<MembershipSettings> settings,
    ILogger<MembershipLease> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private readonly TimeSpan _length = settings.Value.LeaseLength;
    private long _renewedAt = Stopwatch.GetTimestamp();

    /// <summary>Whether the silo was a member within the lease's length.</summary>
    public bool IsHeld => Stopwatch.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _length;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not by the constructor: it would need what needs this one.
        var membership = services.GetRequiredService<IClusterMembershipService>();
        using var timer = new PeriodicTimer(_length / 3);
        var isFailing = false;
        try
        {
            do
            {
                // What is read may be as old as the moment in which it was asked for.
                var askedAt = Stopwatch.GetTimestamp();
                try
                {
                    // A silo that is still joining has no tasks to speak for, and cannot be asked about its membership yet. One that finds
                    // itself declared dead ends in here.
                    if (status.CurrentStatus >= SiloStatus.Active)
                    {
                        await membership.Refresh(cancellationToken: stoppingToken);
                    }

                    Volatile.Write(ref _renewedAt, askedAt);
                    isFailing = false;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // Orleans logs details of its own; here it matters what it means.
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
            // The host stops.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The cluster's membership cannot be read; until it can, this silo answers nothing about its tasks: {Reason}")]
    private partial void LogNotRenewed(string reason);
}
