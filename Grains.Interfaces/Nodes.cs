namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// One RAIDA as this silo observes it, keyed by its number, 0 to 24. Calls stay on the silo. Requests to a server that is down return at once.
/// </summary>
[Alias("OrleansTasks.IRaidaNodeGrain")]
public interface IRaidaNodeGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Asks the server whether it is up. Calls at the same time are coalesced into one request. The task's deadline cancels the call; the
    /// response timeout only has to be longer than the default deadline, 10 minutes.
    /// </summary>
    [Alias("Echo"), ResponseTimeout("00:15:00")]
    Task<NodeEchoReply> Echo(CancellationToken cancellationToken);

    /// <summary>Asks the server whether coins are authentic.</summary>
    /// <param name="records">1 to 1,024 detect records of 21 bytes, written for this server.</param>
    [Alias("Detect"), ResponseTimeout("00:15:00")]
    Task<NodeDetectReply> Detect([Immutable] ReadOnlyMemory<byte> records, CancellationToken cancellationToken);

    /// <summary>Reports what this silo has observed of the server.</summary>
    [Alias("GetReport")]
    Task<NodeReport> GetReport();
}

/// <summary>The 25 servers as the whole cluster observes them; there is one, with the key 0.</summary>
[Alias("OrleansTasks.IRaidaNetworkGrain")]
public interface IRaidaNetworkGrain : IGrainWithIntegerKey
{
    /// <summary>Merges the reports of all silos. Takes up to 2 s when a silo does not respond.</summary>
    /// <exception cref="OrleansException">No silo responded.</exception>
    [Alias("Read")]
    Task<NetworkReport> Read();
}

/// <summary>The outcome of an echo.</summary>
/// <param name="LatencyMilliseconds">The time to the reply, or until the request was abandoned, rounded.</param>
/// <param name="Failure">Null on success; otherwise the reason, for example <c>no reply within 2000 ms</c>.</param>
[GenerateSerializer, Immutable, Alias("NodeEchoReply")]
public sealed record NodeEchoReply(
    [property: Id(0)] bool Answered,
    [property: Id(1)] int LatencyMilliseconds,
    [property: Id(2)] string? Failure);

/// <summary>What a server reported about some coins.</summary>
/// <param name="Statuses">One byte for each coin, a CoinStatus of Raida, in the order of the records.</param>
/// <param name="Failures">Why coins have no verdict, one for each reason; empty when all have one. Ids 1 and 2 are not reused.</param>
[GenerateSerializer, Immutable, Alias("NodeDetectReply")]
public sealed record NodeDetectReply([property: Id(0)] byte[] Statuses, [property: Id(3)] NodeFailure[] Failures);

/// <summary>Why some coins have no verdict of a server.</summary>
/// <param name="Status">The status that the coins have, a CoinStatus of Raida.</param>
/// <param name="Reason">The reason, for example <c>no reply within 3000 ms</c>.</param>
[GenerateSerializer, Immutable, Alias("NodeFailure")]
public sealed record NodeFailure([property: Id(0)] byte Status, [property: Id(1)] string Reason, [property: Id(2)] int Coins);

/// <summary>Whether a server is asked.</summary>
public enum NodeState
{
    /// <summary>It has neither replied nor been found unresponsive yet.</summary>
    Unknown,

    /// <summary>It has replied, and is asked.</summary>
    Up,

    /// <summary>Several requests failed in a row; it is not asked until a probe gets a reply.</summary>
    Down,

    /// <summary>Some silos ask it and others do not. A single silo never reports this.</summary>
    Mixed,
}

/// <summary>One server as one silo observes it.</summary>
/// <param name="LastHeard">The time of the last reply in Unix seconds; null before the first.</param>
/// <param name="LatencyMicroseconds">The newest latencies: up to 128 echoes and 128 detects, in no order. Ids 5 to 7 are not reused.</param>
/// <param name="IsEncrypted">Whether this silo encrypts the detects that it sends to the server.</param>
[GenerateSerializer, Immutable, Alias("NodeReport")]
public sealed record NodeReport(
    [property: Id(0)] int Raida,
    [property: Id(1)] string Address,
    [property: Id(2)] NodeState State,
    [property: Id(3)] NodeCounts Counts,
    [property: Id(4)] long? LastHeard,
    [property: Id(8)] int[] LatencyMicroseconds,
    [property: Id(9)] bool IsEncrypted);

/// <summary>Requests to a server by outcome since the silos started. Cancelled requests and probes are not counted.</summary>
/// <param name="Answered">A reply of any status was received.</param>
/// <param name="Refused">Nobody listened at the address.</param>
/// <param name="Dropped">A network error on this side.</param>
/// <param name="NotAsked">The server was down, or its queue full.</param>
[GenerateSerializer, Immutable, Alias("NodeCounts")]
public sealed record NodeCounts(
    [property: Id(0)] long Answered,
    [property: Id(1)] long NoReply,
    [property: Id(2)] long Refused,
    [property: Id(3)] long Dropped,
    [property: Id(4)] long NotAsked)
{
    /// <summary>Adds the counts of another silo.</summary>
    public NodeCounts Add(NodeCounts other) => new(
        Answered + other.Answered,
        NoReply + other.NoReply,
        Refused + other.Refused,
        Dropped + other.Dropped,
        NotAsked + other.NotAsked);
}

/// <summary>The 25 servers as the cluster's silos observe them together.</summary>
/// <param name="SilentSilos">The number of silos that did not respond in time.</param>
/// <param name="Nodes">The servers, RAIDA 0 first.</param>
/// <param name="IsEncrypted">Whether all silos that reported encrypt every detect.</param>
[GenerateSerializer, Immutable, Alias("NetworkReport")]
public sealed record NetworkReport(
    [property: Id(0)] int Silos,
    [property: Id(1)] int SilentSilos,
    [property: Id(2)] NodeSummary[] Nodes,
    [property: Id(3)] bool IsEncrypted);

/// <summary>One server as several silos observe it together.</summary>
/// <param name="State">Whether the silos ask it. Silos that do not know do not count if another one does.</param>
/// <param name="Latency">The latencies of its newest replies; null before the first.</param>
/// <param name="LastHeard">The time of the last reply to any of them, in Unix seconds; null before the first.</param>
[GenerateSerializer, Immutable, Alias("NodeSummary")]
public sealed record NodeSummary(
    [property: Id(0)] int Raida,
    [property: Id(1)] string Address,
    [property: Id(2)] NodeState State,
    [property: Id(3)] NodeLatency? Latency,
    [property: Id(4)] NodeCounts Counts,
    [property: Id(5)] long? LastHeard);

/// <summary>Percentiles by nearest rank of a server's newest latencies, echoes and detects together.</summary>
[GenerateSerializer, Immutable, Alias("NodeLatency")]
public sealed record NodeLatency(
    [property: Id(0)] int MedianMicroseconds,
    [property: Id(1)] int P95Microseconds,
    [property: Id(2)] int P99Microseconds);
