namespace Bench.Simulation;

/// <summary>
/// What an echo task costs each part, in milliseconds of one core, and the network. What a silo spends was measured as a whole, for a task
/// alone and under load (docs/scaling.md), and is split here so that both come out as measured, within a sixth.
/// </summary>
internal sealed record ClusterCosts
{
    /// <summary>A gateway: the start and two polls.</summary>
    public double Gateway { get; init; } = 0.10;

    /// <summary>A silo, to take a task: the grain, two records.</summary>
    public double Start { get; init; } = 0.17;

    /// <summary>A silo, to call 25 node grains.</summary>
    public double Calls { get; init; } = 0.12;

    /// <summary>A silo, to send 25 datagrams and take their answers, for all tasks that share them.</summary>
    public double Round { get; init; } = 0.45;

    /// <summary>A silo, to end a task and answer its polls.</summary>
    public double End { get; init; } = 0.12;

    /// <summary>Both silos together, where a call goes to another one than it came to.</summary>
    public double BetweenSilos { get; init; } = 0.20;

    /// <summary>Redis, for one write or read.</summary>
    public double RedisCall { get; init; } = 0.01;

    /// <summary>Redis, for each task in a record of the index: 24 bytes.</summary>
    public double RedisIndexEntry { get; init; } = 0.000_02;

    /// <summary>The way to Redis and back.</summary>
    public double RedisRoundTrip { get; init; } = 0.3;

    /// <summary>What one RAIDA server answers.</summary>
    public double ServerRequestsPerMillisecond { get; init; } = 80;

    /// <summary>How long the slowest server takes, the way included.</summary>
    public double ServerLatency { get; init; } = 1;
}
