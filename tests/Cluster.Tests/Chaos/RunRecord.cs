using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Everything that happened in a run, in the order of completion, on one clock.</summary>
internal sealed class RunRecord(Purse purse)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public Purse Purse => purse;

    /// <summary>The zero of the run's clock.</summary>
    public DateTimeOffset StartedAt { get; init; } = DateTimeOffset.UtcNow;

    public TimeSpan Now => _clock.Elapsed;

    public ConcurrentQueue<Exchange> Exchanges { get; } = [];

    /// <summary>The starts that were answered with 202, repeated ones included.</summary>
    public IEnumerable<Exchange> Acknowledged => Exchanges.Where(exchange => exchange is { Kind: ExchangeKind.Start, Status: 202 });

    public ConcurrentQueue<FaultWindow> Faults { get; } = [];
}
