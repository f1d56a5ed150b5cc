namespace Raida.LocalNetwork.Store;

/// <summary>Serial numbers one after another.</summary>
internal static class SerialNumbers
{
    /// <summary>Checks that a row of serial numbers stays within 32 bits.</summary>
    /// <param name="first">The first serial number.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not, or the count is negative.</exception>
    public static void ThrowIfOutOfRange(uint first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (first + (long)count > uint.MaxValue + 1L)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                $"{count} serial numbers from {first} on go beyond {uint.MaxValue}.");
        }
    }
}
