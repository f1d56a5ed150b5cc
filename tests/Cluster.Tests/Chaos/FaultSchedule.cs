using Raida;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Draws faults and their times: the same seed gives the same schedule.</summary>
internal static class FaultSchedule
{
    /// <summary>Several times as long as a schedule takes on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public const int Silos = 3;
    public const int Gateways = 2;

    // With twelve faulty agents, every coin still has a quorum of 13 correct verdicts.
    private const int MaxFaultyAgents = RaidaNetwork.NodeCount - RaidaNetwork.Quorum;

    /// <summary>The span over which agents' faults are drawn, about that of the process faults, which begin later on a slow machine.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(36);

    /// <summary>Longer than a silo remains a member that does not respond, or that alone has lost Redis.</summary>
    private static readonly TimeSpan SiloFaultLength = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan RedisFaultLength = TimeSpan.FromSeconds(4);

    private static readonly FaultKind[] ProcessFaults =
    [
        FaultKind.KillSilo,
        FaultKind.StopSilo,
        FaultKind.PauseSilo,
        FaultKind.RestartGateway,
        FaultKind.RestartRedis,
        FaultKind.KillRedis,
        FaultKind.PauseRedis,
        FaultKind.ReadOnlyRedis,
        FaultKind.FullRedis,
        FaultKind.CutSilo,
        FaultKind.SilenceSilo,
    ];

    private static readonly FaultKind[] AgentFaults =
        [FaultKind.SlowAgents, FaultKind.DeafAgents, FaultKind.WrongAgents, FaultKind.DownAgents];

    public static Fault[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. DrawProcessFaults(random).Concat(DrawAgentFaults(random)).OrderBy(fault => fault.At)];
    }

    private static IEnumerable<Fault> DrawProcessFaults(Random random)
    {
        // Every kind occurs once in a run, in any order and with any overlap.
        var kinds = ProcessFaults.ToArray();
        random.Shuffle(kinds);
        var at = Seconds(random, 2, 4);
        foreach (var kind in kinds)
        {
            yield return kind switch
            {
                FaultKind.RestartRedis or FaultKind.KillRedis => new Fault(at, TimeSpan.Zero, kind, [0]),
                FaultKind.PauseRedis or FaultKind.ReadOnlyRedis or FaultKind.FullRedis => new Fault(at, RedisFaultLength, kind, [0]),
                FaultKind.RestartGateway => new Fault(at, TimeSpan.Zero, kind, [random.Next(Gateways)]),
                FaultKind.KillSilo or FaultKind.StopSilo => new Fault(at, TimeSpan.Zero, kind, [random.Next(Silos)]),
                _ => new Fault(at, SiloFaultLength, kind, [random.Next(Silos)]),
            };
            at += Seconds(random, 2, 4.5);
        }
    }

    private static IEnumerable<Fault> DrawAgentFaults(Random random)
    {
        var freeAt = new TimeSpan[RaidaNetwork.NodeCount];
        for (var at = Seconds(random, 0.5, 2); at < Length; at += Seconds(random, 0.8, 2.5))
        {
            var free = Enumerable.Range(0, freeAt.Length).Where(agent => freeAt[agent] <= at).ToArray();
            var allowed = Math.Min(4, MaxFaultyAgents - (freeAt.Length - free.Length));
            if (allowed < 1)
            {
                continue;
            }

            random.Shuffle(free);
            var targets = free[..random.Next(1, allowed + 1)];
            var length = Seconds(random, 1, 6);
            foreach (var agent in targets)
            {
                // A gap between two faults of an agent, so that one is lifted before the next begins.
                freeAt[agent] = at + length + TimeSpan.FromSeconds(0.5);
            }

            yield return new Fault(at, length, AgentFaults[random.Next(AgentFaults.Length)], targets);
        }
    }

    private static TimeSpan Seconds(Random random, double least, double most) =>
        TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
}
