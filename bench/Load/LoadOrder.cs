namespace Bench.Load;

/// <summary>What a worker process is told to do, one line of JSON.</summary>
internal sealed record LoadOrder
{
    public required LoadKind Kind { get; init; }

    /// <summary>The server's port on loopback.</summary>
    public int Port { get; init; }

    /// <summary>The path to read.</summary>
    public string Path { get; init; } = "";

    /// <summary>How many connections, tasks or fan-outs at a time.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>For how long new work is begun; 0 for one piece of work each.</summary>
    public double Seconds { get; init; }

    /// <summary>How many coins a task has.</summary>
    public int Coins { get; init; }

    /// <summary>How many tasks a second, or for <see cref="LoadKind.StartEchoTasks"/> how many in all.</summary>
    public double Rate { get; init; }
}
