using Raida.Coins;
using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Coins of several tasks that are asked for in the same moment share a datagram: most payments are a few coins, and a datagram costs the
/// same with one coin as with many.
/// </summary>
/// <param name="ask">Asks the server. All here runs on the scheduler of one grain.</param>
/// <param name="maxCoinsPerDatagram">The most coins of one datagram.</param>
internal sealed class SharedDetect(
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<NodeDetectReply>> ask,
    int maxCoinsPerDatagram = DetectPayload.MaxCoinsPerDatagram)
{
    /// <summary>
    /// The length in bytes of the most coins that share one. Of more, those that fail could not be named twice when they are asked for again, which keeps the
    /// verdicts of few coins from turning with a flipped bit (docs/architecture.md, "Verdicts are told twice").
    /// </summary>
    public int MaxLength { get; } = maxCoinsPerDatagram / 2 * DetectPayload.RecordLength;

    // The list of parts is not kept while the server is asked, so that the records of one who gives up can be freed.
    private readonly SharedRequests<Part, SharedReply> _requests = new(
        (parts, part) =>
            parts.Sum(other => other.Records.Length) + part.Records.Length <= maxCoinsPerDatagram / 2 * DetectPayload.RecordLength,
        (parts, givenUp) => WaitAsync(ask(Join(parts), givenUp), parts.Count > 1));

    /// <summary>Asks the server, together with those who do so now.</summary>
    /// <param name="records">1 to 32 detect records.</param>
    /// <param name="cancellationToken">Gives up waiting. What did not join others' coins until then is not sent.</param>
    /// <returns>What the server said of these coins.</returns>
    public async Task<NodeDetectReply> AskAsync(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var part = new Part(records);
        var (reply, isShared) = await _requests.AskAsync(part, cancellationToken);
        if (!isShared)
        {
            return reply;
        }

        if (reply.Contact is NodeContact.AnsweredUnknownCoin or NodeContact.AnsweredInternalError)
        {
            // It says nothing of the coins beside one that it does not know or fails with: that must not cost other tasks its word.
            return await ask(records, cancellationToken);
        }

        var firstCoin = part.Start / DetectPayload.RecordLength;
        var statuses = reply.Statuses[firstCoin..(firstCoin + (records.Length / DetectPayload.RecordLength))];

        // Of an answer that differed each time, what these coins got may be clear.
        return reply with { Statuses = statuses, Failure = statuses.All(IsVerdict) ? null : reply.Failure };
    }

    private static bool IsVerdict(byte status) => (CoinStatus)status is CoinStatus.Pass or CoinStatus.Fail;

    private static async Task<SharedReply> WaitAsync(Task<NodeDetectReply> asking, bool isShared) => new(await asking, isShared);

    private static ReadOnlyMemory<byte> Join(IReadOnlyList<Part> parts)
    {
        if (parts is [var only])
        {
            return only.Records;
        }

        var joined = new byte[parts.Sum(part => part.Records.Length)];
        var start = 0;
        foreach (var part in parts)
        {
            part.Start = start;
            part.Records.Span.CopyTo(joined.AsSpan(start));
            start += part.Records.Length;
        }

        return joined;
    }

    private sealed class Part(ReadOnlyMemory<byte> records)
    {
        public ReadOnlyMemory<byte> Records { get; } = records;

        /// <summary>Where its records begin in the joined ones.</summary>
        public int Start { get; set; }
    }

    private sealed record SharedReply(NodeDetectReply Reply, bool IsShared);
}
