namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>What the schedule does to processes and RAIDA servers.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to a silo; it is started again.</summary>
    KillSilo,

    /// <summary>SIGTERM to a silo; it is started again when it has ended.</summary>
    StopSilo,

    /// <summary>SIGSTOP to a silo, and SIGCONT when the fault is over. The others take it for dead meanwhile.</summary>
    PauseSilo,

    /// <summary>SIGKILL to a gateway; it is started again.</summary>
    RestartGateway,

    /// <summary>SIGTERM to Redis; it is started again from its append-only file.</summary>
    RestartRedis,

    /// <summary>Some agents answer after the deadline.</summary>
    SlowAgents,

    /// <summary>Some agents do not answer.</summary>
    DeafAgents,

    /// <summary>Some agents call the authentic counterfeit and the other way round.</summary>
    WrongAgents,

    /// <summary>Some agents' ports are closed.</summary>
    DownAgents,

    /// <summary>The process of the test and its agents had no processor for a while; not drawn, but seen.</summary>
    Stall,
}
