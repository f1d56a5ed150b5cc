namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// One RAIDA as this silo sees it, keyed by its number, 0 to 24. Owns what is asked of it, how long it is waited for, and whether it is
/// asked at all: after several failures in a row calls are answered at once that it was not, until it is back.
/// </summary>
[Alias("OrleansTasks.IRaidaNodeGrain")]
public interface IRaidaNodeGrain : IGrainWithIntegerKey
{
    /// <summary>Asks the server whether it is up.</summary>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>Whether and when it answered: its turn may take a while, its answer the published deadline of an echo.</returns>
    [Alias("Echo"), ResponseTimeout("00:15:00")]
    Task<NodeEchoReply> Echo(CancellationToken cancellationToken);

    /// <summary>Asks the server about some coins.</summary>
    /// <param name="records">
    /// 1 to 3,119 detect records of 21 bytes (128 with a key coin), ready for the wire, made for this server. More than 64 go over TCP.
    /// </param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>A status for each coin: its turn may take a while, the answer the published deadline of a detect.</returns>
    [Alias("Detect"), ResponseTimeout("00:15:00")]
    Task<NodeDetectReply> Detect([Immutable] ReadOnlyMemory<byte> records, CancellationToken cancellationToken);

    /// <summary>Asks the server about some coins in datagrams of 64, all at once.</summary>
    /// <param name="records">1 to 256 detect records of 21 bytes, ready for the wire, made for this server.</param>
    /// <param name="cancellationToken">Gives the requests up.</param>
    /// <returns>A reply for each datagram, in the order of the records.</returns>
    [Alias("DetectByDatagrams"), ResponseTimeout("00:15:00")]
    Task<NodeDetectReply[]> DetectByDatagrams([Immutable] ReadOnlyMemory<byte> records, CancellationToken cancellationToken);

    /// <summary>Tells what this silo has seen of the server.</summary>
    /// <returns>Its state, counts and latencies.</returns>
    [Alias("GetReport")]
    Task<NodeReport> GetReport();
}
