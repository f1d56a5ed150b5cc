namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>Faults of processes and RAIDA servers.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to a silo, which is restarted.</summary>
    KillSilo,

    /// <summary>SIGTERM to a silo, which is restarted after its exit.</summary>
    StopSilo,

    /// <summary>SIGSTOP to a silo, and SIGCONT when the fault is over. The other silos declare it dead meanwhile.</summary>
    PauseSilo,

    /// <summary>SIGKILL to a gateway, which is restarted.</summary>
    RestartGateway,

    /// <summary>SIGTERM to Redis, which is restarted from its append-only file.</summary>
    RestartRedis,

    /// <summary>SIGKILL to Redis, which is restarted from its append-only file.</summary>
    KillRedis,

    /// <summary>SIGSTOP to Redis, and SIGCONT when the fault is over.</summary>
    PauseRedis,

    /// <summary>Redis rejects writes, as a replica does during a failover.</summary>
    ReadOnlyRedis,

    /// <summary>Redis rejects writes, because it has reached its limit of memory.</summary>
    FullRedis,

    /// <summary>A silo alone loses its connections to Redis, and new ones are refused.</summary>
    CutSilo,

    /// <summary>A silo's connections to Redis stay open, but nothing passes any more.</summary>
    SilenceSilo,

    /// <summary>Some agents reply after the timeout.</summary>
    SlowAgents,

    /// <summary>Some agents do not reply.</summary>
    DeafAgents,

    /// <summary>Some agents report authentic coins as counterfeit and vice versa.</summary>
    WrongAgents,

    /// <summary>Some agents' ports are closed.</summary>
    DownAgents,

    /// <summary>The test's process with its agents did not get a CPU for a while: not drawn, but observed.</summary>
    Stall,
}
