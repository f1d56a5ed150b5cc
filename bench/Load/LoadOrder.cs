namespace Bench.Load;

/// <summary>An order to a worker process; one line of JSON.</summary>
internal sealed record LoadOrder
{
    public required LoadKind Kind { get; init; }

    /// <summary>The port of the service on loopback.</summary>
    public int Port { get; init; }

    /// <summary>The path that <see cref="LoadKind.Read"/> reads.</summary>
    public string Path { get; init; } = "";

    /// <summary>The number of concurrent connections, tasks or fan-outs.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>How long new operations are started; with 0 each worker runs one.</summary>
    public double Seconds { get; init; }

    /// <summary>The number of coins of each detect.</summary>
    public int Coins { get; init; }

    /// <summary>Tasks per second.</summary>
    public double Rate { get; init; }

    /// <summary>The number of tasks that <see cref="LoadKind.StartEchoTasks"/> starts.</summary>
    public long Count { get; init; }
}
