namespace Raida.Servers;

/// <summary>Percentiles by nearest rank: always one of the values, never interpolated.</summary>
public static class Percentile
{
    /// <summary>The smallest value that at least <paramref name="percent"/> % of the values do not exceed.</summary>
    /// <param name="sorted">At least one value, the smallest first.</param>
    /// <param name="percent">1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public static T Of<T>(IReadOnlyList<T> sorted, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(sorted));
        var rank = ((percent * sorted.Count) + 99) / 100;
        return sorted[rank - 1];
    }
}
