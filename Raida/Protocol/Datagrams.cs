namespace Raida.Protocol;

/// <summary>Cuts detect records into what one datagram holds.</summary>
public static class Datagrams
{
    /// <summary>How many bytes of records one datagram holds.</summary>
    public const int MaxLength = DetectPayload.MaxCoinsPerDatagram * DetectPayload.RecordLength;

    /// <summary>Cuts them.</summary>
    /// <param name="records">Whole records.</param>
    /// <returns>As few parts as hold them, all but the last one of 64 records.</returns>
    public static IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> records)
    {
        for (var start = 0; start < records.Length; start += MaxLength)
        {
            yield return records.Slice(start, Math.Min(MaxLength, records.Length - start));
        }
    }
}
