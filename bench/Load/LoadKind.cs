namespace Bench.Load;

/// <summary>The kinds of load that a worker process generates.</summary>
internal enum LoadKind
{
    /// <summary>Runs one echo task, and reports its id.</summary>
    OneTask,

    /// <summary>Reads one path repeatedly over several connections.</summary>
    Read,

    /// <summary>Starts echo tasks and polls each until it has ended, several at a time.</summary>
    EchoTasks,

    /// <summary>The same with detect tasks.</summary>
    DetectTasks,

    /// <summary>Starts echo tasks at a fixed rate, whether or not earlier ones have ended.</summary>
    PacedEchoTasks,

    /// <summary>Starts echo tasks at a rate beyond the service's capacity.</summary>
    Overload,

    /// <summary>Starts a number of echo tasks, several at a time, and reads none.</summary>
    StartEchoTasks,

    /// <summary>Sends echoes to all 25 servers with RaidaClient only, several fan-outs at a time.</summary>
    RawEcho,

    /// <summary>The same at a fixed rate.</summary>
    PacedRawEcho,

    /// <summary>Sends detects to all 25 servers with RaidaClient only, one datagram a call.</summary>
    RawDetect,
}
