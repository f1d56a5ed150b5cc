namespace Raida.Relay;

/// <summary>
/// Random numbers from 0 to 1 that decide what happens to one datagram. All are drawn for every datagram, so that a condition does not change
/// the effect of the others.
/// </summary>
internal readonly record struct Fate(double Loss, double Corruption, double Bit, double Duplication, double Reordering, double Jitter)
{
    public bool IsLost(RelayConditions conditions) => Loss * 100 < conditions.LossPercent;

    public bool IsDuplicated(RelayConditions conditions) => Duplication * 100 < conditions.DuplicatePercent;

    public bool IsReordered(RelayConditions conditions) => Reordering * 100 < conditions.ReorderPercent;

    public TimeSpan GetDelay(RelayConditions conditions) => conditions.Delay + (conditions.Jitter * Jitter);

    /// <summary>Flips one bit of the bytes that may be corrupted, if that was drawn.</summary>
    public bool TryCorrupt(Span<byte> bytes, RelayConditions conditions)
    {
        if (Corruption * 100 >= conditions.CorruptPercent)
        {
            return false;
        }

        var start = Math.Clamp(conditions.CorruptedBytes.Start.GetOffset(bytes.Length), 0, bytes.Length);
        var end = Math.Clamp(conditions.CorruptedBytes.End.GetOffset(bytes.Length), 0, bytes.Length);
        if (start >= end)
        {
            return false;
        }

        var bit = (int)(Bit * (end - start) * 8);
        bytes[start + (bit / 8)] ^= (byte)(1 << (bit % 8));
        return true;
    }
}
