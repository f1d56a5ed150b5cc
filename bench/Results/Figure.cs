namespace Bench.Results;

/// <summary>One line of the results.</summary>
/// <param name="Key">Its short name, for the history.</param>
/// <param name="Work">What was measured.</param>
/// <param name="Ours">What it gave here, with its unit.</param>
/// <param name="Baseline">What it is compared with, and what that gave.</param>
/// <param name="Value">What counts: mostly ours divided by the baseline, or else ours.</param>
/// <param name="Target">What it should be; empty where a line only informs.</param>
/// <param name="IsMet">Whether it is so; null where there is no target.</param>
internal sealed record Figure(string Key, string Work, string Ours, string Baseline, string Value, string Target, bool? IsMet)
{
    /// <summary>
    /// A line that compares two sides. What counts is the median of the rounds' ratios: the machine's other work meets both sides.
    /// </summary>
    /// <param name="key">Its short name.</param>
    /// <param name="work">What was measured.</param>
    /// <param name="unit">The figures' unit.</param>
    /// <param name="ours">Ours, round by round.</param>
    /// <param name="baselineName">What the baseline is.</param>
    /// <param name="baseline">The baseline, round by round.</param>
    /// <param name="target">What the ratio should be, in words.</param>
    /// <param name="isMet">Whether a ratio is so.</param>
    public static Figure Compare(
        string key,
        string work,
        string unit,
        double[] ours,
        string baselineName,
        double[] baseline,
        string target = "",
        Func<double, bool>? isMet = null)
    {
        var ratios = Spread.Of(ours.Zip(baseline, (one, other) => one / other));
        return new Figure(
            key,
            work,
            $"{Spread.Of(ours)} {unit}",
            $"{baselineName} {Spread.Of(baseline)} {unit}",
            ratios.ToString(),
            target,
            isMet?.Invoke(ratios.Median));
    }
}
