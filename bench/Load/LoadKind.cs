namespace Bench.Load;

/// <summary>What a worker process can do.</summary>
internal enum LoadKind
{
    /// <summary>Tells the process to make one task and nothing else; its id comes back.</summary>
    OneTask,

    /// <summary>Reads one path again and again over some connections.</summary>
    Read,

    /// <summary>Starts echo tasks and polls each to its end, some at a time.</summary>
    EchoTasks,

    /// <summary>The same with detect tasks.</summary>
    DetectTasks,

    /// <summary>Echo tasks at a given rate, whether or not earlier ones have ended.</summary>
    PacedEchoTasks,

    /// <summary>Starts echo tasks at a rate that the service cannot bear.</summary>
    Overload,

    /// <summary>Starts a number of echo tasks, some at a time, and reads none.</summary>
    StartEchoTasks,

    /// <summary>Asks all 25 servers with the client alone, some fan-outs at a time.</summary>
    RawEcho,

    /// <summary>Fan-outs of the client alone at a given rate.</summary>
    PacedRawEcho,

    /// <summary>Asks all 25 servers about coins with the client alone, in batches of a datagram.</summary>
    RawDetect,
}
