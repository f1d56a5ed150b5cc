namespace Raida.Protocol;

/// <summary>Cuts detect records into what one datagram holds.</summary>
public static class Datagrams
{
    /// <summary>How many bytes of records one datagram holds.</summary>
    public const int MaxLength = DetectPayload.MaxCoinsPerDatagram * DetectPayload.RecordLength;

    /// <summary>Cuts records into as few parts as hold them.</summary>
    /// <param name="records">Whole records.</param>
    /// <param name="maxCoins">The most records of one part.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> records, int maxCoins)
    {
        var length = maxCoins * DetectPayload.RecordLength;
        for (var start = 0; start < records.Length; start += length)
        {
            yield return records.Slice(start, Math.Min(length, records.Length - start));
        }
    }
}
