using Raida.Protocol;

namespace OrleansTasks.Grains.Nodes;

/// <summary>
/// Coins of several tasks that are asked for in the same moment share a datagram: most payments are a few coins, and a datagram costs the
/// same with one coin as with 64.
/// </summary>
/// <param name="ask">Asks the server. All here runs on the scheduler of one grain.</param>
internal sealed class SharedDetect(Func<ReadOnlyMemory<byte>, CancellationToken, Task<NodeDetectReply>> ask)
{
    private readonly SharedRequests<Part, SharedReply> _requests = new(
        static (parts, part) => parts.Sum(other => other.Records.Length) + part.Records.Length <= Datagrams.MaxLength,
        async (parts, givenUp) => new SharedReply(await ask(Join(parts), givenUp), parts.Count > 1));

    /// <summary>Asks the server, together with those who do so now.</summary>
    /// <param name="records">At most 64 detect records.</param>
    /// <param name="cancellationToken">Gives up waiting. What was not sent yet is not sent then.</param>
    /// <returns>What the server said of these coins.</returns>
    public async Task<NodeDetectReply> AskAsync(ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        var part = new Part(records);
        var (reply, isShared) = await _requests.AskAsync(part, cancellationToken);
        if (!isShared)
        {
            return reply;
        }

        if (reply.Failure is not null && reply.Contact is NodeContact.Answered or NodeContact.AnsweredUnknownCoin)
        {
            // A server says nothing of the coins beside one that it does not know: that must not cost other tasks its word.
            return await ask(records, cancellationToken);
        }

        var firstCoin = part.Start / DetectPayload.RecordLength;
        return reply with { Statuses = reply.Statuses[firstCoin..(firstCoin + (records.Length / DetectPayload.RecordLength))] };
    }

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
