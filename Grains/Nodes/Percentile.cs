namespace OrleansTasks.Grains.Nodes;

/// <summary>Percentiles by nearest rank: always one of the values, never one between two.</summary>
internal static class Percentile
{
    /// <summary>The value that so many of 100 do not exceed.</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="sorted">At least one value, the smallest first.</param>
    /// <param name="percent">1 to 100.</param>
    /// <returns>The value.</returns>
    public static T Of<T>(IReadOnlyList<T> sorted, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(sorted));
        var rank = ((percent * sorted.Count) + 99) / 100;
        return sorted[rank - 1];
    }
}
