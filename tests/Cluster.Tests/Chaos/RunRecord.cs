using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>All that happened in a run, in the order in which it ended, on one clock.</summary>
internal sealed class RunRecord(Purse purse)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public Purse Purse => purse;

    /// <summary>When the run's clock began.</summary>
    public DateTimeOffset StartedAt { get; init; } = DateTimeOffset.UtcNow;

    public TimeSpan Now => _clock.Elapsed;

    public ConcurrentQueue<Exchange> Exchanges { get; } = [];

    public ConcurrentQueue<FaultWindow> Faults { get; } = [];
}
